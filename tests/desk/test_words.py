"""The pages speak both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from babel.messages.pofile import read_po

from deskroom import Desk
from disclosure_gate.catalogue import Row
from disclosure_gate.desk import mounting, words
from disclosure_gate.model.determination import Audience, Channel, SpanKind
from disclosure_gate.register.events import Event

TEMPLATES = Path(mounting.__file__).parent / "templates"


def _sentences() -> set[str]:
    return {
        found
        for path in TEMPLATES.glob("*.html")
        for found in re.findall(r"_\('([^']+)'", path.read_text(encoding="utf-8"))
    }


def test_every_sentence_of_the_pages_has_its_english_and_no_other_is_kept() -> None:
    with mounting.TRANSLATIONS.open("rb") as source:
        english = {str(each.id): str(each.string) for each in read_po(source) if each.id}
    assert _sentences() == set(english)
    for zh, en in english.items():
        assert en.strip(), zh
        assert sorted(re.findall(r"%\(\w+\)s", zh)) == sorted(re.findall(r"%\(\w+\)s", en)), zh
        assert not re.search(r"[\u4e00-\u9fff]", en), en


def test_every_word_of_the_contract_has_a_name_here() -> None:
    assert set(words.CHANNELS) == set(get_args(Channel))
    assert set(words.AUDIENCES) == set(get_args(Audience))
    assert set(words.SPANS) == set(get_args(SpanKind))
    assert set(words.EVENTS) == {each.value for each in Event}
    assert set(words.CONFIDENCE) == set(get_args(Row.model_fields["confidence"].annotation))


def test_the_language_is_kept_and_follows_the_browser_before(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tmp_path)
    officer = desk.person("officer")
    assert 'lang="zh-CN"' in officer.text("/desk/office")
    english = officer.client.get("/desk/office", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert 'lang="en"' in english
    assert officer.get("/desk/language/en?next=/desk/figures").headers["Location"] == "/desk/figures"
    page = officer.text("/desk/figures")
    assert "By status" in page
    assert officer.get("/desk/language/en?next=https://evil.example").headers["Location"] == "/desk/"


def test_no_page_sets_a_chinese_sign_between_english_words(tmp_path: Path) -> None:
    said = re.compile(r"\b(?:_|say|sets)\((?:'[^']*'(?:, )?)+")
    for path in TEMPLATES.glob("*.html"):
        left = said.sub("", path.read_text(encoding="utf-8"))
        assert not re.search("[：；，。、（）《》]", left), path.name
    officer = Desk(tmp_path, tmp_path).person("officer")
    assert "<h1>《中华人民共和国政府信息公开条例》</h1>" in officer.text("/desk/rules/law/ogi_regulation")
    officer.get("/desk/language/en")
    assert "<h1>中华人民共和国政府信息公开条例</h1>" in officer.text("/desk/rules/law/ogi_regulation")
