# SPDX-License-Identifier: GPL-2.0
"""Attacks on trust, on real servers: Kamailio, Asterisk without and with guests,
and an agent on FreeSWITCH's stack. What of it is relayed, answered and forged
makes nobody a friend, and takes nothing from one.

test_trust.py has the same with made-up messages, and more of them.
"""

import os
import re
import socket

import pytest

from tests.lib import packets, sources
from tests.lib.actors import start_server, users
from tests.lib.checkout import TOP
from tests.lib.client import Client, credentials
from tests.lib.namespaces import ATTACKERS, DemoNetwork, OFFICE, SERVER
from tests.lib.server import Server

ME, ACCOMPLICE, VICTIM = ATTACKERS[:3]
# Nothing but --trust: that it is safe must not hang on the rules beside it.
BARE = """*raw
-A PREROUTING -p udp --dport 5060 -m sip --request
-A PREROUTING -p udp --dport 5060 -m sip --response --trust 2h
-A OUTPUT -p udp --sport 5060 -m sip --response --by dst --trust 2h
COMMIT
"""
ACCOUNT, PASSWORD = users()[0]
BODY = ("v=0\r\no=- 1 1 IN IP4 203.0.113.11\r\ns=-\r\n"
        "c=IN IP4 203.0.113.11\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n")
SDP = f"Content-Length: {len(BODY)}\r\n\r\n{BODY}".encode()
PATIENCE = 10
TOO_MANY = 330      # refusals, for a friend


SERVERS = ("kamailio", "asterisk", "asterisk-guests", "sofia")


@pytest.fixture(name="server", scope="module", params=SERVERS)
def fixture_server(request):
    """A network with the server, one for all tests of a kind. What the servers
    but Kamailio need, tests/servers/prepare has made outside of the machine."""
    if in_uml() and "asterisk" in request.param:
        pytest.skip("this kernel complains when Asterisk forks")
    sources.load_module()
    with DemoNetwork() as network:
        network.kind = request.param
        if network.kind == "kamailio":
            start_server(network, users(), ("phones", OFFICE))
            yield network
            return
        inside = f"/proc/{os.getpid()}/fd/{network.spaces['server'].fd}"
        with Server(network.kind, SERVER, network.work, dict(users()),
                    run=("nsenter", "--net=" + inside)):
            yield network


def in_uml():
    """Is this User Mode Linux? Its kernel complains, whatever is loaded, when
    Asterisk forks."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        return "User Mode Linux" in file.read()


def on(*kinds):
    """For what other servers cannot do."""
    return pytest.mark.parametrize("server", kinds, indirect=True,
                                   scope="module")


@pytest.fixture(name="bare")
def fixture_bare(server):
    """With the rules that trust, and nobody known."""
    server.run_in("server", "iptables-restore", text=BARE)
    sources.write(server.spaces["server"], "flush")
    return server


@pytest.fixture(name="whole")
def fixture_whole(server):
    """With the recommended ruleset."""
    path = os.path.join(TOP, "examples", "recommended.rules")
    with open(path, encoding="utf-8") as file:
        server.run_in("server", "iptables-restore", text=file.read())
    sources.write(server.spaces["server"], "flush")
    return server


def known(network, word):
    """The addresses that are banned, or trusted, or barred."""
    return {one["src"].removesuffix("/32")
            for one in sources.listed(network.spaces["server"])
            if word in one}


def client(network, space, address):
    """A phone, or who looks like one."""
    with network.spaces[space].inside():
        return Client(SERVER, address, timeout=PATIENCE)


def registers(network):
    """A phone of the office registers; the status."""
    with client(network, "phones", OFFICE) as phone:
        return phone.try_password("REGISTER", ACCOUNT, PASSWORD).status


def listener(network, address, port=5060):
    """A socket of the attacker's."""
    with network.spaces["attacker"].inside():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, port))
    sock.settimeout(PATIENCE)
    return sock


def answer_to(request, status=200):
    """The response to a request: its first fields again."""
    fields = re.findall(r"^(?:Via|From|To|Call-ID|CSeq|Record-Route): .*$",
                        request.replace("\r", ""), re.M | re.I)
    return "\r\n".join([f"SIP/2.0 {status} OK", *fields, "Content-Length: 0",
                        "", ""]).encode()


def challenge(attacker, method="REGISTER"):
    """The nonce that the server gives whoever asks."""
    return attacker.ask(method, ACCOUNT).challenge


def with_credentials(attacker, method="REGISTER"):
    """Credentials with a nonce of his own and a wrong password."""
    return credentials(challenge(attacker, method), method,
                       attacker.uri(method, ACCOUNT), ACCOUNT, "wrong")


def test_phone(bare):
    """Who registers with a password is a friend, at that address."""
    assert registers(bare) == 200
    assert known(bare, "trusted") == {OFFICE}


def test_wrong_password(bare):
    """Who does not is none."""
    with client(bare, "attacker", ME) as attacker:
        assert attacker.try_password("REGISTER", ACCOUNT, "x").status == 401
    assert known(bare, "trusted") == set()


@on("kamailio")
@pytest.mark.parametrize("method", ("REGISTER", "OPTIONS", "INVITE"))
@pytest.mark.parametrize("tag", (";tag=1", " ; tag = 1", ";TAG=1"))
def test_relayed(bare, method, tag):
    """A request within a "dialog" is relayed to an accomplice, who answers it:
    neither he nor the sender is a friend."""
    with client(bare, "attacker", ME) as attacker, \
            listener(bare, ACCOMPLICE) as accomplice:
        text = attacker.request(
            method, ACCOUNT, fields=(with_credentials(attacker),
                                     f"Route: <sip:{SERVER};lr>")).decode()
        text = re.sub(r"^(\w+) \S+", rf"\1 sip:x@{ACCOMPLICE}:5060", text)
        text = re.sub(r"(?m)^(To: [^\r]*)", rf"\1{tag}", text)
        attacker.socket.sendall(text.encode())
        relayed, server = accomplice.recvfrom(65536)
        assert relayed.startswith(method.encode())
        accomplice.sendto(answer_to(relayed.decode()), server)
        while not (said := attacker.receive()).startswith("SIP/2.0 200"):
            assert said.startswith("SIP/2.0 1")
    assert known(bare, "trusted") == set()


def test_forged_answer(bare):
    """A refused REGISTER, and then its sender has the server pass a 200 on."""
    with client(bare, "attacker", ME) as attacker:
        text = attacker.request("REGISTER", ACCOUNT, fields=(
            with_credentials(attacker),)).decode()
        attacker.socket.sendall(text.encode())
        assert attacker.receive().startswith("SIP/2.0 401")
        forged = answer_to(text).decode().replace(
            "Via:", f"Via: SIP/2.0/UDP {SERVER}:5060;branch=z9hG4bKx\r\nVia:",
            1)
        attacker.socket.sendall(forged.encode())
        if bare.kind == "kamailio":     # others do not relay
            assert attacker.receive().startswith("SIP/2.0 200")
        attacker.ask("OPTIONS", ACCOUNT)
    assert known(bare, "trusted") == set()


def register(attacker, *change):
    """A REGISTER with the right password, but changed."""
    field = credentials(challenge(attacker), "REGISTER",
                        attacker.uri("REGISTER", ACCOUNT), ACCOUNT, PASSWORD)
    text = attacker.request("REGISTER", ACCOUNT, fields=(field,)).decode()
    return re.sub(*change, text).encode() if change else text.encode()


def test_nonce_of_another(bare):
    """A REGISTER with a password, in another's name, with a nonce that the
    server gave its sender."""
    with client(bare, "attacker", ME) as attacker:
        forge(bare, VICTIM, register(attacker, ME, VICTIM))
        settled(bare)
    assert known(bare, "trusted") == set()


def test_contacts(bare):
    """A hundred registrations with a Contact each, at ever other addresses."""
    with client(bare, "attacker", ME) as attacker:
        for number in range(100):
            attacker.socket.sendall(register(
                attacker, r"Contact: .*\r", f"Contact: <sip:{ACCOUNT}@"
                f"{ATTACKERS[number % 8 + 1]}:{6000 + number}>\r"))
            assert attacker.receive().startswith("SIP/2.0 200")
    assert known(bare, "trusted") == {ME}


@on("asterisk", "asterisk-guests")     # others call where he sent from
def test_called(bare):
    """Who registers with the Contact of another, and is called: the server
    sends an INVITE to that address, and its answer makes nobody a friend."""
    caller, secret = users()[1]
    with client(bare, "attacker", ME) as attacker, \
            client(bare, "attacker", ME) as other, \
            listener(bare, VICTIM) as victim:
        attacker.socket.sendall(register(attacker, r"Contact: .*\r",
                                         f"Contact: <sip:x@{VICTIM}>\r"))
        assert attacker.receive().startswith("SIP/2.0 200")
        field = credentials(challenge(other, "INVITE"), "INVITE",
                            other.uri("INVITE", ACCOUNT), caller, secret)
        other.socket.sendall(other.request("INVITE", caller, ACCOUNT, (
            field, "Content-Type: application/sdp")).replace(
                b"Content-Length: 0\r\n\r\n", SDP))
        called, place = victim.recvfrom(65536)
        assert called.startswith(b"INVITE")
        victim.sendto(answer_to(called.decode(), 486), place)
        while not (said := other.receive()).startswith("SIP/2.0 486"):
            assert said.startswith("SIP/2.0 1")
    assert known(bare, "trusted") == {ME}


def acknowledge(text):
    """The ACK of a 200 to an INVITE."""
    fields = re.findall(r"^(?:Via|From|To|Call-ID): .*$",
                        text.replace("\r", ""), re.M)
    number = re.search(r"CSeq: (\d+)", text)[1]
    return "\r\n".join([f"ACK sip:900@{SERVER} SIP/2.0", *fields,
                        f"CSeq: {number} ACK", "Content-Length: 0", "",
                        ""]).encode()


@on("asterisk-guests")
def test_guest(bare):
    """A guest's call is answered, and then ended, at his Contact: a BYE leaves
    for an address that never asked, and its answer makes nobody a friend."""
    with client(bare, "attacker", ME) as attacker, \
            listener(bare, VICTIM) as victim:
        attacker.socket.sendall(re.sub(
            rb"Contact: .*\r", f"Contact: <sip:g@{VICTIM}>\r".encode(),
            attacker.request("INVITE", "guest", "900", (
                "Content-Type: application/sdp",))).replace(
                    b"Content-Length: 0\r\n\r\n", SDP))
        while not (said := attacker.receive()).startswith("SIP/2.0 200"):
            assert said.startswith("SIP/2.0 1")
        attacker.socket.sendall(acknowledge(said))
        ended, place = victim.recvfrom(65536)
        assert re.match(rb"BYE|INVITE", ended)
        victim.sendto(answer_to(ended.decode()), place)
        attacker.ask("OPTIONS", ACCOUNT)
    assert known(bare, "trusted") == set()


# ---- The recommended ruleset ----

def forge(network, source, *messages):
    """Datagrams with an address that is not the sender's."""
    with network.spaces["attacker"].inside():
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                            socket.IPPROTO_RAW)
    with raw:
        for data in messages:
            raw.sendto(packets.ip(source, SERVER, packets.UDP, packets.udp(
                source, SERVER, 5060, 5060, data)), (SERVER, 0))


def settled(network):
    """Wait until the server has answered all."""
    with client(network, "phones", OFFICE) as phone:
        for _ in range(2):      # of each of the server's processes
            phone.ask("OPTIONS", ACCOUNT)


def guesses(attacker, count, nonce="forged"):
    """Refused REGISTERs, more than a friend may have."""
    field = with_credentials(attacker)
    return [attacker.request("REGISTER", ACCOUNT, fields=(re.sub(
        'nonce="[^"]*"', f'nonce="{nonce}"', field).replace(
            'response="', f'response="{n:x}'),)) for n in range(count)]


def forge_all(network, messages):
    """In the name of the office, not faster than the server can read."""
    for start in range(0, len(messages), 20):
        forge(network, OFFICE, *messages[start:start + 20])
        settled(network)


def still_a_friend(network):
    """Is the office one, and can it register?"""
    assert known(network, "trusted") == {OFFICE}
    assert known(network, "banned") | known(network, "barred") == set()
    assert registers(network) == 200


def test_forged_sender(whole):
    """A phone is a friend: whatever is sent in its name, it stays one."""
    assert registers(whole) == 200
    with client(whole, "attacker", ME) as attacker:
        wrong = guesses(attacker, TOO_MANY)
        scan = [attacker.request("REGISTER", f"user{n}") for n in range(50)]
    tool = [re.sub(b"Yealink[^\r]*", b"friendly-scanner", one)
            for one in wrong[:20]]
    forge_all(whole, [*wrong, *scan, *tool, *20 * [b"x" * 40]])
    still_a_friend(whole)


def test_forged_challenge(whole):
    """The server passes a challenge on to a friend: that its nonce was made up
    elsewhere proves nothing against him."""
    assert registers(whole) == 200
    with client(whole, "attacker", ME) as attacker:
        # A request of the office, forged, and the challenge to it.
        text = attacker.request("INVITE", ACCOUNT).decode().replace(ME, OFFICE)
        forge(whole, OFFICE, text.encode())
        settled(whole)
        answer = answer_to(text, 401).decode().replace(
            "Via:", f"Via: SIP/2.0/UDP {SERVER}:5060;branch=z9hG4bKx\r\nVia:",
            1).replace("Content-Length:", "WWW-Authenticate: Digest "
                       'realm="pbx.example", nonce="mine"\r\nContent-Length:')
        attacker.socket.sendall(answer.encode())
        settled(whole)
        wrong = guesses(attacker, TOO_MANY, "mine")
    forge_all(whole, wrong)
    still_a_friend(whole)


def test_stranger_forged(whole):
    """The same in a stranger's name gets him banned: forged means forged."""
    with client(whole, "attacker", ME) as attacker:
        tool = re.sub(b"Yealink[^\r]*", b"friendly-scanner",
                      attacker.request("REGISTER", ACCOUNT))
    forge(whole, VICTIM, tool)
    settled(whole)
    assert known(whole, "banned") == {VICTIM}


@on("asterisk", *(pytest.param(kind, marks=pytest.mark.slow)
                  for kind in SERVERS if kind != "asterisk"))
def test_guesser_with_account(whole):
    """Good registrations between guesses do not wash an account holder."""
    refused = 0
    with client(whole, "attacker", ME) as attacker:
        for number in range(400):
            user, password = (users()[1][0], f"guess{number}")
            if number % 10 == 0:
                user, password = ACCOUNT, PASSWORD
            try:
                refused += attacker.try_password(
                    "REGISTER", user, password).status == 401
            except socket.timeout:
                break
    assert ME in known(whole, "barred") | known(whole, "banned")
    assert refused <= 320
