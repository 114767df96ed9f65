# SPDX-License-Identifier: GPL-2.0
"""Starts the programs of the servers of server.py. One function for each: it
writes the configuration below server.home and returns the command.
"""
import glob
import os
import shutil

from tests.lib.checkout import DEMO, SERVERS, TOP

BUILD = os.path.join(TOP, "build", "servers")
# Asterisk complains about those that are missing.
EMPTY = ("pjproject sorcery extconfig acl features cdr cel udptl stasis ccss"
         " codecs dnsmgr manager http dsp cli cli_permissions"
         " cli_aliases").split()

# What of the demo's PBX is otherwise: TCP, messages served in the order in
# which they came, passwords for SUBSCRIBE and MESSAGE too, and one contact for
# each user, however many a test sends.
PBX = (("children=2\ndisable_tcp=yes\n", "children=1\ntcp_children=1\n"),
       ("listen=udp:192.0.2.10:5060\n", ""),
       ('"INVITE")) route', '"INVITE|SUBSCRIBE|MESSAGE")) route'),
       ('save("location")', 'save("location", "0x04")'))


def bracketed(address):
    """An address with its port left out, as configurations have it."""
    return "[%s]" % address if ":" in address else address


def write(server, name, text):
    """A file below the server's directory."""
    path = os.path.join(server.home, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def read(*path):
    """A file of this directory."""
    with open(os.path.join(SERVERS, *path), encoding="utf-8") as file:
        return file.read()


def in_root(name, program):
    """(root, its libraries, the start of a command that runs a program of it).
    The root's own loader needs no chroot, and no root user."""
    root = os.path.realpath(os.path.join(BUILD, name))
    loaders = glob.glob(os.path.join(root, "usr/lib/*-linux-gnu/ld-linux*"))
    libraries = os.path.dirname(loaders[0])
    return root, libraries, [
        loaders[0], "--inhibit-cache", "--library-path",
        libraries + ":" + os.path.join(libraries, "pulseaudio"),
        os.path.join(root, program)]


def asterisk(server, guests=False):
    """Asterisk 22 of Debian sid; all that it writes is below server.home."""
    root, libraries, command = in_root("asterisk", "usr/sbin/asterisk")
    for name in EMPTY:
        write(server, "etc/%s.conf" % name, "")
    for name in ("lib", "spool", "run", "log"):
        os.makedirs(os.path.join(server.home, name), exist_ok=True)
    for name in os.listdir(os.path.join(SERVERS, "asterisk")):
        text = read("asterisk", name)
        for mark, value in (("@HOME@", server.home), ("@ROOT@", root),
                            ("@LIBRARIES@", libraries),
                            ("@ADDRESS@", server.address)):
            text = text.replace(mark, value)
        write(server, "etc/" + name, text)
    for name, wanted in (("guests", guests), ("brief", server.brief)):
        if not wanted:
            write(server, "etc/pjsip_%s.conf" % name, "")
    write(server, "etc/pjsip_addresses.conf", "".join(
        "[%s-%d](transport)\nprotocol = %s\nbind = %s:%d\n" % (
            protocol, number, protocol, bracketed(address), server.port)
        for number, address in enumerate(server.addresses)
        for protocol in ("udp", "tcp")))
    write(server, "etc/pjsip_users.conf", "".join(
        "[{0}](phone)\nauth = {0}\naors = {0}\n[{0}](secret)\n"
        "username = {0}\npassword = {1}\n[{0}](place)\n".format(*user)
        for user in server.users.items()))
    write(server, "etc/extensions_users.conf", "".join(
        "exten => {0},1,Dial(PJSIP/{0},20)\n".format(user)
        for user in server.users))
    return [*command, "-f", "-q", "-C",
            os.path.join(server.home, "etc", "asterisk.conf")]


def asterisk_guests(server):
    """The same with "Allow SIP Guests: yes"."""
    return asterisk(server, guests=True)


def kamailio(server, command=None):
    """The machine's own Kamailio: a small office's PBX, as in the demo."""
    # An ordinary user's PATH has no sbin.
    command = command or [shutil.which("kamailio", path=os.defpath + ":"
                                       "/usr/sbin") or "kamailio"]
    text = read(DEMO, "server", "kamailio.cfg")
    for old, new in PBX:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    config = write(server, "kamailio.cfg", text)
    # A test asks for a challenge once.
    write(server, "users.cfg", "".join(
        ['modparam("auth", "nonce_expire", 3600)\n'] +
        ["listen=%s:%s:%d\n" % (protocol, bracketed(address), server.port)
         for address in server.addresses for protocol in ("udp", "tcp")] +
        ["event_route[htable:mod-init] {\n"] +
        ['\t$sht(password=>%s) = "%s";\n' % user
         for user in server.users.items()] + ["}\n"]))
    return [*command, "-DD", "-E", "-m", "128", "-M", "16", "-Y", server.home,
            "-P", os.path.join(server.home, "kamailio.pid"), "-f", config]


def kamailio_6(server):
    """Kamailio of Debian trixie."""
    _, libraries, command = in_root("kamailio-6.0", "usr/sbin/kamailio")
    return kamailio(server, [*command, "-L", os.path.join(
        libraries, "kamailio", "modules")])


def sofia(server):
    """Ours on FreeSWITCH's stack: sofia/agent.c."""
    users = write(server, "users", "".join(
        "%s:%s\n" % user for user in server.users.items()))
    return [os.path.join(BUILD, "sofia"), server.realm, users,
            *map(bracketed, server.addresses)]
