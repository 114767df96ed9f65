# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Counts what tests that are shell scripts find. They source it, call pass, fail,
# skip or check for each test, and tell at their end. It makes a directory $work,
# which is removed at the end.

passed=0 failed=0 skipped=0
work=$(mktemp -d "${TMPDIR:-/tmp}/xt_sip-test.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# NAME
pass()
{
	passed=$((passed + 1))
}

# NAME [WHY]
fail()
{
	failed=$((failed + 1))
	echo "FAIL $1${2:+: $2}"
}

# NAME WHY
skip()
{
	skipped=$((skipped + 1))
	echo "skipped $1: $2"
}

# NAME COMMAND...: one test; what the command says is shown if it fails.
check()
{
	if "${@:2}" >"$work/said" 2>&1; then
		pass "$1"
	else
		fail "$1"
		head -n 40 "$work/said" | sed 's/^/     /'
	fi
}

# COMMAND...: it succeeds and says nothing.
quiet()
{
	local said

	said=$("$@" 2>&1) && [ -z "$said" ] || { echo "$said"; return 1; }
}

# The last line; the exit status.
tell()
{
	[ $skipped = 0 ] || echo "$skipped skipped"
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
}
