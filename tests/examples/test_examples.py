"""The examples do what they say, each against a real sidecar: an OA in a browser, a batch importer, Java, curl."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from sqlite3 import IntegrityError, connect
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from browser import PHONE, served, visit
from disclosure_gate.client import Client
from disclosure_gate.guards import teach_sqlite
from factories import data
from processes import ORGAN, Process, free_port, sidecar_process

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.append(str(_EXAMPLES / "oa"))
import app as oa  # noqa: E402  the example is a script, not a package


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with sidecar_process(tmp_path_factory.mktemp("sidecar")) as running:
        yield running


@pytest.fixture(scope="module")
def key(process: Process) -> str:
    return process.key()


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()


def _paper(folder: Path, **changes: Any) -> Path:
    path = folder / f"{changes.get('id', 'paper')}.json"
    path.write_text(json.dumps(data(**changes), ensure_ascii=False), encoding="utf-8")
    return path


def _run(*command: str | Path, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout


def test_the_walk_with_curl(process: Process, key: str, tmp_path: Path) -> None:
    walk = ("bash", _EXAMPLES / "walk.sh", process.url, key, _paper(tmp_path, id="walk"))
    code, told = _run(*walk)
    assert code == 0, told
    assert "主动公开" in told
    assert '"state": "issued"' in told
    records = len(process.events())
    assert process.events()[-4:] == ["checked", "cleared", "issued", "withdrawn"]
    # Again: the answers are those of before and nothing is done twice; but what was withdrawn is not said to be issued.
    code, again = _run(*walk)
    assert (code, "3. issue" in again, "E-CLEARANCE-USED" in again) == (1, True, True), again
    assert len(process.events()) == records
    code, told = _run("bash", _EXAMPLES / "walk.sh", process.url, "dg_wrong", _paper(tmp_path, id="walk"))
    assert code != 0
    assert "E-KEY" in told


def test_java_without_a_library(process: Process, key: str, tmp_path: Path) -> None:
    program = _EXAMPLES / "java" / "GateClient.java"
    people = ("拟稿人", "审核人", "签发人")
    utf8 = {
        "JAVA_TOOL_OPTIONS": "-Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8",
        "LC_ALL": "C.UTF-8",
    }
    # Compiled once, warnings are errors; started as a single file in the last run below.
    code, told = _run(
        "javac", "--release", "17", "-Xlint:all", "-Werror", "-encoding", "UTF-8", "-d", tmp_path, program
    )
    assert code == 0, told
    java = ("java", "-cp", tmp_path, "GateClient")
    code, told = _run(
        *java, process.url, key, _paper(tmp_path, id="java"), *people, "景政发〔2026〕7号", **utf8
    )
    assert code == 0, told
    assert "verified with the public key alone" in told
    with Client(process.url, key) as client:
        assert client.document("java")["number"] == "景政发〔2026〕7号"
    held = _paper(tmp_path, id="java-held", kind="通知", facts={})
    code, told = _run(*java, process.url, key, held, *people, **utf8)
    assert (code, "held: " in told) == (3, True), told
    code, told = _run(*java, process.url, key, tmp_path / "nowhere.json", *people, **utf8)
    assert (code, "nowhere.json" in told, "\tat " in told) == (1, True, False), told
    code, told = _run("java", program, f"http://127.0.0.1:{free_port()}", key, held, *people, **utf8)
    assert (code, "nothing is issued" in told) == (1, True), told


def test_the_importer_goes_on_where_it_was(process: Process, key: str, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(7):
        _paper(folder, id=f"import-{number}")
    _paper(folder, id="import-held", kind="通知", facts={})
    _paper(folder, id="import-bad", kind="公吿")
    (folder / "import-0-cut.json").write_text('{"id": "import-cut", ', encoding="utf-8")
    (folder / "import-1-gbk.json").write_bytes(json.dumps(data(id="g"), ensure_ascii=False).encode("gbk"))
    program = (
        sys.executable,
        _EXAMPLES / "import_batch.py",
        folder,
        "--gate",
        process.url,
        "-o",
        tmp_path / "out.jsonl",
    )
    (folder / "import-2-deep.json").write_text("[" * 100_000)
    # The batch is refused as a whole for half a letter.
    (folder / "import-half.json").write_text(json.dumps(data(id="import-half", title="\ud83d")))
    _paper(folder, id="import-other", issuer={"name": "区财政局"})
    code, told = _run(*program, GATE_KEY=key)
    assert (code, told.split()) == (
        3,
        ["1", "held", "3", "not", "a", "document", "7", "proactive", "3", "refused"],
    )
    people = ("--issue", "--drafter", "拟稿人", "--reviewer", "审核人", "--signer", "签发人")
    assert "7  issued\n" in _run(*program, *people, GATE_KEY=key)[1]
    with Client(process.url, key) as client:
        client.withdraw(
            {"document_id": "import-3", "reason": "内容有误", "by": "政府办公室", "withdrawn_on": _today()}
        )
    again = _run(*program, *people, GATE_KEY=key)[1]
    assert "6  issued before\n" in again
    assert "1  withdrawn before\n" in again
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["file"] for line in lines if line["errors"] and "outcome" not in line] == [
        "import-0-cut.json",
        "import-1-gbk.json",
        "import-2-deep.json",
        "import-bad.json",
        "import-half.json",
        "import-other.json",
    ]
    assert _run(*program[:2], tmp_path / "nowhere", GATE_KEY=key)[0] == 2
    # Another paper under an id that was issued, beside the one that was.
    _paper(folder, id="import-1", text="另一份公文。").rename(folder / "import-9-other.json")
    _paper(folder, id="import-1")
    code, told = _run(*program, *people, GATE_KEY=key)
    assert (code, "1  issued before with other content\n" in told, "6  issued before\n" in told) == (
        3,
        True,
        True,
    )
    away = (
        sys.executable,
        _EXAMPLES / "import_batch.py",
        folder,
        "--gate",
        f"http://127.0.0.1:{free_port()}",
    )
    kept = (tmp_path / "out.jsonl").read_bytes()
    for command, environment in ((away, {"GATE_KEY": key}), (program[:5], {"GATE_KEY": "dg_wrong"})):
        code, told = _run(*command, "-o", tmp_path / "out.jsonl", **environment)
        assert (code, "E-SIDECAR-AWAY" in told or "E-KEY" in told) == (1, True)
        assert (tmp_path / "out.jsonl").read_bytes() == kept


@pytest.fixture
def office(process: Process, key: str, tmp_path: Path) -> Iterator[tuple[str, Path, Client]]:
    """The OA, served: its address, its database, and the gate it asks."""
    database = tmp_path / "oa.db"
    oa.prepare(database)
    with (
        Client(process.url, key, attempts=2) as client,
        served(oa.create_app(client, database, ORGAN)) as url,
    ):
        yield url, database, client


def _pressed(page: Page, button: str) -> None:
    """The page that a button leads to has come: what is asked next is not asked of the one before."""
    with page.expect_navigation():
        page.click(button)


def _drafted(page: Page) -> None:
    page.fill("#title", "关于做好冬季供热工作的通知")
    page.select_option("#kind", "通知")
    page.fill("#drafter", "拟稿人")
    page.fill("#body", _BODY)
    _pressed(page, "button:text-is('保存草稿')")


_BODY = "各街道办事处：请做好供热保障。联系人手机13812345678。"


def test_the_button_of_the_oa_works_only_through_the_gate(
    process: Process, office: tuple[str, Path, Client], chromium: Browser
) -> None:
    url, database, client = office
    with visit(chromium, url) as seen:
        page = seen.page
        _drafted(page)
        assert page.is_disabled("button.issue")
        _pressed(page, "button:text-is('认定')")
        expect(page.locator(".status")).to_have_text("待定")
        seen.keep("oa-question")
        for name in page.eval_on_selector_all(
            "fieldset input", "all => [...new Set(all.map(each => each.name))]"
        ):
            page.check(f"input[name={name}][value=true]")
        _pressed(page, "button:text-is('重新认定')")
        expect(page.locator(".status")).to_have_text("部分公开")
        # Who asks for the step without the button gets no further.
        before = len(process.events())
        answer = page.request.post(f"{page.url}/issue", form={"number": "景政发〔2026〕9号"})
        assert answer.status == 409
        assert process.events()[before:] == []
        page.fill("#reviewer", "审核人")
        page.fill("#signer", "签发人")
        _pressed(page, "button:text-is('放行')")
        expect(page.locator("[role=alert]")).to_contain_text("E-OBLIGATION")
        for box in page.locator("input[name=done]").all():
            box.check()
        page.fill("#reviewer", "审核人")
        page.fill("#signer", "签发人")
        _pressed(page, "button:text-is('放行')")
        seen.keep("oa-cleared")
        assert seen.barriers() == []
        # The content is changed after it was cleared: the gate refuses, and says so on the page.
        page.fill("#body", "各街道办事处：另有内容。")
        _pressed(page, "button:text-is('保存修改')")
        page.fill("#number", "景政发〔2026〕9号")
        _pressed(page, "button.issue")
        expect(page.locator("[role=alert]")).to_contain_text("E-CHANGED")
        seen.keep("oa-refused")
        assert seen.barriers() == []
        page.goto(page.url.removesuffix("/issue"))
        page.fill("#body", _BODY)
        _pressed(page, "button:text-is('保存修改')")
        page.fill("#number", "景政发〔2026〕9号")
        _pressed(page, "button.issue")
        expect(page.locator("[role=status]")).to_contain_text("景政发〔2026〕9号")
        seen.keep("oa-issued")
        assert seen.barriers() == []
        document_id = page.url.rsplit("/", 1)[1]
    assert client.document(document_id)["state"] == "issued"
    with visit(chromium, f"{url}/documents/{document_id}", PHONE) as seen:
        seen.keep("oa-phone")
        assert not seen.wider_than_screen()
    _refuses_by_itself(database, client)


def _refuses_by_itself(database: Path, client: Client) -> None:
    """Past the application, straight into its database."""
    with closing(connect(database)) as direct:
        teach_sqlite(direct, client.keys)
        with pytest.raises(IntegrityError, match="gate"):
            direct.execute("UPDATE document SET body = '改了。'")
        with pytest.raises(IntegrityError, match="gate"):
            direct.execute(
                "INSERT INTO document (id, title, kind, issuer, body, state, drafter) "
                "VALUES ('x', 'x', 'x', 'x', 'x', 'issued', 'x')"
            )


def test_a_form_is_told_that_the_gate_is_away() -> None:
    server = runpy.run_path(str(_EXAMPLES / "embedding" / "server.py"))["Oa"]
    server.sidecar = f"http://127.0.0.1:{free_port()}"
    form = {
        "id": "away",
        "subject": "关于冬季供热的公告",
        "type": "公告",
        "body": _BODY,
        "clearance": "token",
    }
    with ThreadingHTTPServer(("127.0.0.1", 0), server) as office:
        Thread(target=office.serve_forever, daemon=True).start()
        for path in ("/issue", "/gate/v1/checks"):
            answer = httpx.post(f"http://127.0.0.1:{office.server_port}{path}", data=form, trust_env=False)
            assert (answer.status_code, "不得发出" in answer.text) == (503, True)
        office.shutdown()


def test_without_the_gate_the_oa_issues_nothing(tmp_path: Path, chromium: Browser) -> None:
    database = tmp_path / "oa.db"
    oa.prepare(database)
    with (
        Client(f"http://127.0.0.1:{free_port()}", "dg_x", attempts=1) as away,
        served(oa.create_app(away, database, ORGAN)) as url,
        visit(chromium, url) as seen,
    ):
        page = seen.page
        for name, value in {"title": "公告", "drafter": "拟稿人", "body": "正文。"}.items():
            page.fill(f"#{name}", value)
        _pressed(page, "button:text-is('保存草稿')")
        answer = page.request.post(f"{page.url}/issue", form={"number": "1"})
        assert answer.status == 409
        assert "E-SIDECAR-AWAY" in answer.text()
    with closing(connect(database)) as direct:
        assert direct.execute("SELECT state FROM document").fetchall() == [("draft",)]
