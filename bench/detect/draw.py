# SPDX-License-Identifier: GPL-2.0
"""Random values of attack tools, for the sipp scenarios that imitate them.

Each function returns the fields of one message, in the order in which the
scenario's first comment names them. All use one generator, so that a run
can be repeated with its seed.
"""
import string

DIGITS = string.digits
HEX = "0123456789abcdef"
ALNUM = string.digits + string.ascii_lowercase
# Prefixes that a dial plan may require before an international number.
PREFIXES = ("", "0", "00", "000", "9", "90", "900", "9011", "011", "+",
            "1011", "8", "800", "7", "70", "700", "99", "00011", "001", "5")
ABROAD = "441632960%03d"


def text(rng, alphabet, length):
    """A random word of length letters."""
    return "".join(rng.choice(alphabet) for _ in range(length))


def user_agent(rng):
    """A random User-Agent of at most 14 bytes, the length of sipsak's."""
    return "%s %d.%d" % (text(rng, string.ascii_letters, rng.randint(5, 8)),
                         rng.randint(1, 9), rng.randint(0, 99))


def sippts(rng, extension, agent):
    """The fields of bench/detect/sipp/sippts.xml."""
    return (extension, text(rng, ALNUM, 71), text(rng, HEX, 8),
            text(rng, HEX, 32), agent or "pplsip")


def metasploit(rng, extension, agent):
    """The fields of bench/detect/sipp/msf-*.xml."""
    name = text(rng, ALNUM, rng.randint(1, 8))
    return (extension, text(rng, HEX, 8), name,
            str(rng.randrange(1 << 32)), agent or name)


def sipcli(rng, extension, agent):
    """The fields of bench/detect/sipp/sipcli.xml."""
    number = rng.choice(PREFIXES) + ABROAD % rng.randrange(1000)
    return (extension, number, text(rng, HEX, 32), text(rng, HEX, 14),
            agent or "sipcli/v1.8")
