# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Counts what tests that are shell scripts find. They source it, call check for
# each test, and tell at their end. It makes a directory $work, below $TMPDIR,
# which is removed at the end.

passed=0 failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/xt_sip-test.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# NAME COMMAND...: one test; what the command says is shown if it fails.
check()
{
	if "${@:2}" >"$work/said" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $1"
		head -n 40 "$work/said" | sed 's/^/     /'
	fi
}

# COMMAND...: it fails.
not()
{
	! "$@"
}

# LOG STATUS: add what tests counted whose words are in LOG and which ended so;
# one failure more if they counted nothing, or none that explains the status.
add()
{
	local said p=0 f=0

	said=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' \
		"$1" | tail -n 1)
	[ -z "$said" ] || read -r p f <<<"$said"
	if [ -z "$said" ] || { [ "$2" != 0 ] && [ "$f" = 0 ]; }; then
		f=$((f + 1))
		echo "FAIL ${1##*/}: status $2"
	fi
	passed=$((passed + p)) failed=$((failed + f))
}

# The last line; the exit status.
tell()
{
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
}
