# SPDX-License-Identifier: GPL-2.0
"""Lists the rulesets in examples/: where each one is loaded, what is there
before, and the scenarios that must hold."""

import collections

from tests.examples import scenarios as s

# all: scenarios; place: netns of the network; inside: the router's device to
# the server; before: rules of others, which must stay, or a file of examples/;
# wan: the server's device.
Ruleset = collections.namedtuple("Ruleset", "all place inside before wan",
                                 defaults=("server", "eth1", "", "up0"))

COMING_IN = (s.scanner, s.junk, s.ambiguous, s.own_answers, s.flood, s.exempt,
             s.logged)
ANSWERS = (s.office, s.victim, s.guesses(9), s.guesses(9, method="OPTIONS"))
HIDING = (*ANSWERS, s.without("--burst 9 ", s.guesses(100)))
TELLING = (*ANSWERS, s.walk(20, 32, 404), s.walk(20, 32, 404, "SUBSCRIBE"))
# What an Asterisk with guests answers to a sender without an account.
GUESTS = (s.walk(20, 32, 403), s.walk(20, 32, 200, "OPTIONS"),
          s.walk(20, 32, 501, "INFO"))

# Chains and rules with the names of FreePBX's own firewall, from memory.
FREEPBX = """*filter
:fpbxfirewall - [0:0]
:fpbxattacker - [0:0]
:fpbxregistrations - [0:0]
:fpbxsignalling - [0:0]
:fpbxratelimit - [0:0]
:fpbxrtp - [0:0]
:zone-trusted - [0:0]
-A INPUT -j fpbxfirewall
-A fpbxfirewall -i lo -j ACCEPT
-A fpbxfirewall -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A fpbxfirewall -p udp --dport 10000:20000 -j fpbxrtp
-A fpbxfirewall -j fpbxregistrations
-A fpbxfirewall -j fpbxsignalling
-A fpbxsignalling -p udp --dport 5060 -j MARK --set-xmark 0x1/0xffffffff
-A fpbxfirewall -m mark --mark 0x1/0x1 -j fpbxratelimit
-A fpbxratelimit -m hashlimit --hashlimit-above 900/second --hashlimit-burst 2000 --hashlimit-mode srcip --hashlimit-name ATTACKER -j fpbxattacker
-A fpbxattacker -j DROP
-A fpbxrtp -j ACCEPT
-A zone-trusted -j ACCEPT
COMMIT
"""

# What Docker has, as far as a packet to a published port meets it.
DOCKER = """*nat
:DOCKER - [0:0]
-A PREROUTING -j DOCKER
-A DOCKER ! -i docker0 -p udp -d PUBLIC --dport 5060 -j DNAT --to-destination SERVER
COMMIT
*filter
:DOCKER-USER - [0:0]
:DOCKER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 -j ACCEPT
-A DOCKER-USER -j RETURN
-A DOCKER ! -i docker0 -o docker0 -p udp --dport 5060 -j ACCEPT
COMMIT
*raw
-A PREROUTING -p tcp ! -i docker0 -d SERVER --dport 2375 -j DROP
COMMIT
"""

RULESETS = {
    "recommended.rules": Ruleset((*COMING_IN, *TELLING, s.mistakes,
                                  s.numbers)),
    "requests.rules": Ruleset((*COMING_IN, s.small_office, s.mistakes, s.victim,
                               s.requests(5), s.requests_walk,
                               s.guesses(9, method="INVITE"))),
    "asterisk.rules": Ruleset((*COMING_IN, *HIDING, *GUESTS)),
    "freepbx.rules": Ruleset((*COMING_IN, *HIDING, *GUESTS,
                              s.other_port(5160), s.loaded_twice),
                             before=FREEPBX),
    "freeswitch.rules": Ruleset((*COMING_IN, *HIDING, s.other_port(5080),
                                 s.external)),
    "kamailio.rules": Ruleset((*COMING_IN, *TELLING, s.tcp, s.tcp_guesses,
                               s.tcp_forged)),
    "tcp.rules": Ruleset((s.tcp, s.tcp_guesses, s.tcp_forged)),
    "router.rules": Ruleset((*COMING_IN, *TELLING), "router"),
    "docker.rules": Ruleset((*COMING_IN, *TELLING, s.nat), "router",
                            "docker0", DOCKER),
    "docker-user.rules": Ruleset((s.nat,), "router", "docker0", DOCKER),
    "from-fail2ban.rules": Ruleset((s.scanner, s.exempt, s.logged,
                                    s.small_office, s.guesses(5, 1))),
    "from-string.rules": Ruleset((s.scanner, s.flood, s.exempt, s.logged,
                                  s.words, s.kit_line)),
    "counters.rules": Ruleset((s.trial,)),
    "customer.rules": Ruleset((s.customer,), before="recommended.rules"),
    "abroad.rules": Ruleset((s.abroad, s.friend_abroad),
                            before="recommended.rules"),
    "nft-sip.conf": Ruleset((*COMING_IN, *TELLING)),
    "nft-sip-ingress.conf": Ruleset((s.ingress, s.junk, s.flood,
                                     s.requests_walk), wan="eth0"),
    "customer.nft": Ruleset((s.customer,), before="nft-sip.conf"),
    "hooks.nft": Ruleset((s.nothing,)),
    "sip.nft": Ruleset((s.nothing,)),
    "counters.nft": Ruleset((s.nothing,)),
    "sip-ingress.nft": Ruleset((s.nothing,), wan="eth0"),
}

# The same in nft, with the same scenarios.
for name in [name for name in RULESETS if name.endswith(".rules")]:
    if name not in ("abroad.rules", "customer.rules", "recommended.rules"):
        RULESETS[name.replace(".rules", ".nft-sip")] = RULESETS[name]
