"""Under which headings `--help` shows the options of commands that have many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REST: Final = "Options"
"""The heading of those that no other one has, such as `--help`."""

PANELS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "run": {
        "What is played": ("keyword", "last_failed", "list_", "repeat", "shuffle", "shuffle_seed", "watch"),
        "How it is played": ("net", "profile", "at_once", "seed", "speech", "hearing", "hearing_model"),
        "What counts, and when it ends": ("fail_fast", "keep_going", "strict"),
        "What is shown and sent": ("ladder", "hep"),
        "Another SIP domain": (
            "target", "rest", "account", "auth_token", "auth_token_file", "app", "app_url", "i_own_this", "settle",
            "parity",
        ),
        "Reports": ("junit", "html", "github", "tap", "jsonl", "pcap", "transcript"),
    },
    "serve": {
        "A first domain": (
            "voice_url", "fallback_url", "status_url", "user", "password", "password_file", "domain", "allow",
        ),
        "Accounts, domains and state": ("config", "state", "seed", "profile", "route_set", "default_domain", "suffix"),
        "Where it listens": ("sip", "tls", "http", "dns", "edge", "edges", "proxy", "advertise", "rtp"),
        "Certificates and tokens": ("ca_folder", "tls_certificate", "tls_key", "token", "token_file"),
        "Where names lead": ("map_host", "map_sip"),
        "Calls and what is shown of them": ("audio_timeout", "speech", "hearing", "hearing_model", "ladders", "hep"),
    },
    "config": {
        "A configuration and a state file": ("state", "form", "seed"),
        "The configuration of a PBX": (
            "domain", "user", "password_file", "edge", "listen", "tcp", "tls", "srtp", "ca_folder",
        ),
    },
    "qa": {
        "Who calls, and how": ("driver", "command", "transport", "extension", "patience"),
        "What is looked at": ("only", "long", "list_", "resume", "compare"),
        "Whom the PBX calls": ("sip", "domain", "user", "password", "password_file"),
        "Reports": ("json_", "junit", "html", "badge"),
    },
    "bot": {
        "What the caller does": ("turns", "calls", "repeat", "speech"),
        "How a socket is connected": ("relay", "parameter", "map_host"),
        "What the bot is held to": (
            "answer_within", "stops_within", "stale_audio", "silence_at_most", "talk_over", "signature_probe",
        ),
        "Reports": ("json_", "junit", "html"),
    },
    "call": {
        "Whom to call": ("voice_url", "sip", "transport", "ca_folder", "profile"),
        "Who calls": ("user", "password", "password_file", "header"),
        "What happens in the call": ("say", "keys", "record", "limit", "speech"),
    },
}  # fmt: skip
"""By command and heading, in the order shown: the options by the names of their parameters."""
