"""Errors of a file quote no password of it, and keep their carets in place."""

from __future__ import annotations

import time

import pytest

from sipdomain.errors import FileError
from sipdomain.runtime.files.config_file import ConfigurationFile
from sipdomain.runtime.files.yaml_secrets import without


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('credential_lists: {a: {b: Secret1, "c": "x, y"}}\ndomains: {d: {voice: /v}}',
         'credential_lists: {a: {b: *******, "c": ******}}\ndomains: {d: {voice: /v}}'),
        ("credential_lists:\n  a:\n    b: Sec,ret 1\n\n    c: {d: e}\ndomains: {d: {voice: /v}}",
         "credential_lists:\n  a:\n    b: *********\n\n    c: {d: *}\ndomains: {d: {voice: /v}}"),
        ('{"credential_lists":{"a":{"b":"Secret"}},"domains":{}}',
         '{"credential_lists":{"a":{"b":********}},"domains":{}}'),
        ("given:\n  credential_lists: {a: {b: c}}\n  domains: {d: e}\n  account: {auth_token: abc}",
         "given:\n  credential_lists: {a: {b: *}}\n  domains: {d: e}\n  account: {auth_token: ***}"),
        ("voice: HTTP://u:pw@h:80/a\nother: http://h:80/a@b", "voice: HTTP://u:**@h:80/a\nother: http://h:80/a@b"),
        ("credential_lists: {a: {b: never closed", "credential_lists: {a: {b: ************"),
    ],
)  # fmt: skip
def test_asterisks_stand_for_passwords(text: str, shown: str) -> None:
    assert without(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "credential_lists: {staff: {alice: *Horse-Secret9}}",
        "credential_lists: {staff: {alice: Horse-Secret9, alice: Horse-Secret9}}",
        "credential_lists: {staff: {alice: [Horse-Secret9]}}",
        "credential_lists: {staff: {alice: Horse-Secret9}, wrong: Horse-Secret9}",
        "credential_lists:\n\tstaff: {alice: Horse-Secret9}",
        "credential_lists: {staff: {alice: 'Horse-Secret9}}",
        "account: {auth_token: Horse-Secret9, sidd: x}",
        "domains: {acme: {voice: HTTP://user:Horse-Secret9@h/, voise: x}}",
    ],
)
def test_no_error_of_a_configuration_quotes_a_password(text: str) -> None:
    with pytest.raises(FileError) as caught:
        ConfigurationFile.of(text, "file.yaml")
    assert "Horse" not in str(caught.value)


def test_the_caret_stays_in_its_place() -> None:
    text = "domains: {acme: {voice: http://user:Horse-Secret9@h/, voise: x}}"
    with pytest.raises(FileError) as caught:
        ConfigurationFile.of(text, "file.yaml")
    assert str(caught.value).splitlines()[1:] == [
        " --> file.yaml:1:55",
        "1 | domains: {acme: {voice: http://user:*************@h/, voise: x}}",
        "  |                                                       ^^^^^ did you mean `voice`?",
    ]


@pytest.mark.parametrize(
    "text", ["credential_lists: {" * 20_000, "credential_lists:\n" * 20_000, "//a:" * 80_000]
)
def test_no_file_takes_long(text: str) -> None:
    began_at = time.process_time()
    without(text)
    assert time.process_time() - began_at < 1.0
