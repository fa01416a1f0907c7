from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.cli import ScriptInfo

from mock_webhooks import create_app

TWIML = Path(__file__).parents[3] / "fixtures" / "twiml"


def test_flask_finds_the_app_by_the_name_of_the_package() -> None:
    assert ScriptInfo(app_import_path="mock_webhooks").load_app().name == "mock_webhooks"


def test_files_of_the_folder_are_served_byte_by_byte() -> None:
    client = create_app(twiml_folder=TWIML).test_client()
    for response in (client.get("/twiml/latin-1.xml"), client.post("/twiml/latin-1.xml")):
        assert response.data == (TWIML / "latin-1.xml").read_bytes()
        assert response.headers["Content-Type"] == "text/xml"


@pytest.mark.parametrize(
    "path",
    [
        "/twiml/absent.xml",
        "/twiml/../README.md",
        "/twiml/%2e%2e/README.md",
        "/twiml/..%2fREADME.md",
        "/twiml//etc/hostname",
        "/twiml/a%00b",
        "/twiml/" + "a" * 5000,
        "/twiml/",
    ],
)
def test_nothing_outside_of_the_folder_is_served(path: str) -> None:
    client = create_app(twiml_folder=TWIML).test_client()
    assert client.get(path, follow_redirects=True).status_code == 404


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "secret.xml").write_text("<Response/>")
    (folder / "link.xml").symlink_to(tmp_path / "secret.xml")
    assert create_app(twiml_folder=folder).test_client().get("/twiml/link.xml").status_code == 404


def test_without_a_folder_there_are_no_files() -> None:
    assert create_app().test_client().get("/twiml/greeting.xml").status_code == 404


def test_the_index_page_names_what_is_scripted() -> None:
    page = create_app(replies={"/voice": {"say": "Hi"}}, twiml_folder=TWIML).test_client().get("/").text
    assert '<a href="/voice">/voice</a>' in page
    assert "Says hello and hangs up." in page


def test_requests_at_the_same_time_get_each_its_reply() -> None:
    app = create_app(replies={"/seq": [{"body": str(number)} for number in range(50)]})
    with ThreadPoolExecutor(8) as pool:
        bodies = pool.map(lambda _: app.test_client().get("/seq").text, range(50))
        assert sorted(map(int, bodies)) == list(range(50))
    assert len(app.extensions["recorder"].requests("/seq")) == 50
