# SPDX-License-Identifier: GPL-2.0
"""Holds a payload for each condition of a rule, by name."""

from tests.lib import sip

STUN = bytes.fromhex("000100002112a442") + b"transaction!"
CREDENTIALS = ('Authorization: Digest username="bob", realm="x", nonce="1", '
               'uri="sip:example.com", response="2"')

# svwar's From tag: "204", the byte 1 and a number, in hex.
SVWAR = sip.request("REGISTER", agent="Zoiper", without=("From",)).replace(
    b"\r\nTo:", b'\r\nFrom: "204"<sip:204@192.0.2.10>;'
    b"tag=3230340131383237333634353436\r\nTo:", 1)

SAMPLES = {
    "register": sip.request("REGISTER"),
    "register-auth": sip.request("REGISTER", CREDENTIALS),
    "invite-proxy-auth": sip.request("INVITE", "Proxy-" + CREDENTIALS,
                                     agent="sipcli/v1.8"),
    "svwar": SVWAR,
    "options-scanner": sip.request("OPTIONS", agent="Friendly-Scanner 1.0"),
    "bye-no-agent": sip.request("BYE", agent=None),
    "foo": sip.request("FOO", agent="a, b"),
    # A call abroad, its user in escapes, with two contacts.
    "abroad": sip.request(
        "INVITE", "From: <sip:1001@192.0.2.10>;tag=1",
        "To: 900 <sip:900972599@192.0.2.10>",
        "m: <sip:1001@192.0.2.99>, <sip:1001@[2001:db8::99]>",
        without=("From", "To"),
        start="INVITE sip:%300972599@192.0.2.10 SIP/2.0"),
    "ringing": sip.response(180, "INVITE", server="Asterisk PBX 20.5.0"),
    "ok-register": sip.response(200, "REGISTER", server="kamailio (5.6.3)"),
    "moved-foo": sip.response(302, "FOO"),
    "challenge": sip.response(401, "REGISTER", agent="friendly-scanner"),
    "not-found": sip.response(404, "REGISTER"),
    "unavailable": sip.response(503, "INVITE"),
    "declined": sip.response(603, "INVITE"),
    "empty": b"",
    "crlf": b"\r\n\r\n",
    "nuls": b"\0\0\0\0",
    "stun": STUN,
    "junk": sip.JUNK,
    "version": sip.request(start="OPTIONS sip:bob@example.com SIP/3.0"),
    "empty-uri": sip.request(start="OPTIONS  SIP/2.0"),
    "no-call-id": sip.request(without=("Call-ID",)),
    "two-to": sip.request("OPTIONS", "t: <sip:eve@example.com>"),
    "cseq-method": sip.request("OPTIONS", cseq="INVITE"),
    "length-lie": sip.request(length=1000),
    "no-colon": sip.request("OPTIONS", "what is this"),
    "huge": sip.request("OPTIONS", "X: " + 9000 * "x"),
    "no-empty-line": sip.request()[:-2],
    "no-cookie": sip.request().replace(b"z9hG4bK", b""),
    "two": sip.request("INFO") + sip.request("INFO"),
    "control": sip.request("OPTIONS", "X: \x01"),
}

REQUESTS = ("register register-auth svwar invite-proxy-auth options-scanner "
            "bye-no-agent foo abroad empty-uri no-call-id two-to cseq-method "
            "length-lie no-colon huge no-empty-line no-cookie two control")
RESPONSES = ("ringing ok-register moved-foo challenge not-found unavailable "
             "declined")
OPTIONS = ("options-scanner empty-uri no-call-id two-to cseq-method "
           "length-lie no-colon huge no-empty-line no-cookie control")
MALFORMED = ("junk version empty-uri no-call-id two-to cseq-method "
             "length-lie no-colon huge")
