// SPDX-License-Identifier: GPL-2.0
/*
 * Gives a fuzz target every file of the directories named, one after the
 * other, in place of libFuzzer where only coverage is measured.
 */
#include <dirent.h>
#include "fuzz.h"

#define INPUT_MAX	0x40000

static void replay_file(const char *path)
{
	static u8 space[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t size;
	u8 *block;

	if (!file) {
		perror(path);
		exit(1);
	}
	size = fread(space, 1, sizeof(space), file);
	fclose(file);
	block = fuzz_block(space, size);
	fuzz_one(block, size);
	free(block);
}

static void replay_directory(const char *name)
{
	DIR *dir = opendir(name);
	struct dirent *entry;
	char path[4096];

	if (!dir) {
		perror(name);
		exit(1);
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		replay_file(path);
	}
	closedir(dir);
}

int main(int argc, char **argv)
{
	int i;

	fuzz_start();
	for (i = 1; i < argc; i++)
		replay_directory(argv[i]);
	return 0;
}
