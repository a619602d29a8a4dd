"""The cartridge for learning platforms holds every question, its key and its feedback, and the list says the same."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import course_quizzes
import pandas as pd
import pytest
from course_quizzes import LINK, PACKAGE, QTI, Quiz
from lxml import etree

from helpers.selfcheck import LETTERS, Option, Question

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://example.org/book"
SCHEMAS = "CASEBOOK_CC_SCHEMAS"
#: The schemas of Common Cartridge 1.1, by the root element of the files that they are for.
FILES = {
    "manifest": "ccv1p1_imscp_v1p2_v1p0.xsd",
    "questestinterop": "ccv1p1_qtiasiv1p2p1_v1p0.xsd",
    "webLink": "ccv1p1_imswl_v1p1.xsd",
}


class AnyFigure(dict):
    """Stands for a chapter's figures, whatever they are called."""

    def __missing__(self, name: str) -> float:
        return 12.3


@pytest.fixture(scope="module")
def found() -> Iterator[list[Quiz]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course_quizzes, "_values", lambda *_: AnyFigure())
        yield course_quizzes.quizzes()


@pytest.fixture(scope="module")
def files(found: list[Quiz]) -> dict[str, bytes]:
    return course_quizzes.cartridge(found, ADDRESS)


def parsed(files: dict[str, bytes]) -> dict[str, etree._Element]:
    return {path: etree.fromstring(content) for path, content in files.items() if path.endswith(".xml")}


def named(root: etree._Element, tag: str, space: str = QTI) -> list[etree._Element]:
    return root.findall(f".//{{{space}}}{tag}")


# --- The package ----------------------------------------------------------------------------------------------------


def test_every_chapter_has_a_link_a_self_check_and_a_graded_quiz(found: list[Quiz], files: dict[str, bytes]) -> None:
    manifest = etree.fromstring(files["imsmanifest.xml"])
    chapters = manifest.findall(f".//{{{PACKAGE}}}item[@identifier='root']/{{{PACKAGE}}}item")
    assert len(chapters) == len({quiz.chapter for quiz in found}) == 7
    for chapter in chapters:
        titles = [item.findtext(f"{{{PACKAGE}}}title") for item in chapter.findall(f"{{{PACKAGE}}}item")]
        assert [bool(t) for t in titles] == [True] * 3
        assert titles[0].startswith("Read: ") and "self-check" in titles[1] and "graded" in titles[2]


def test_the_manifest_lists_exactly_the_files_of_the_package(files: dict[str, bytes]) -> None:
    manifest = etree.fromstring(files["imsmanifest.xml"])
    listed = [file.get("href") for file in named(manifest, "file", PACKAGE)]
    assert sorted(listed) == sorted(set(files) - {"imsmanifest.xml"})
    resources = [r.get("identifier") for r in named(manifest, "resource", PACKAGE)]
    used = [i.get("identifierref") for i in named(manifest, "item", PACKAGE) if i.get("identifierref")]
    assert sorted(used) == sorted(resources) and len(set(resources)) == len(resources)
    everything = [e.get("identifier") for e in manifest.iter() if e.get("identifier")]
    assert len(set(everything)) == len(everything)


def test_links_lead_to_the_address_of_the_book(files: dict[str, bytes]) -> None:
    urls = {u.get("href") for root in parsed(files).values() for u in named(root, "url", LINK)}
    assert urls == {f"{ADDRESS}/chapters/{path.stem}.html" for path in (ROOT / "chapters").glob("0*.md")}


def test_without_an_address_notes_say_where_the_chapters_stand(found: list[Quiz]) -> None:
    files = course_quizzes.cartridge(found)
    notes = [content.decode() for path, content in files.items() if path.endswith(".html")]
    assert len(notes) == 7 and all(re.search(r"<code>chapters/0\d_\w+\.html</code>", note) for note in notes)
    assert not any(named(root, "url", LINK) for root in parsed(files).values())


@pytest.mark.parametrize("address", ["book.example", "file:///book", "https://"])
def test_an_address_that_is_none_is_refused(found: list[Quiz], address: str) -> None:
    with pytest.raises(ValueError, match="BOOK_URL"):
        course_quizzes.cartridge(found, address)


def test_the_same_questions_give_the_same_bytes(found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_quizzes, "quizzes", lambda: found)
    monkeypatch.setenv("BOOK_URL", ADDRESS)
    made = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        course_quizzes.build(folder)
        made.append({path.name: path.read_bytes() for path in (folder / "quizzes").iterdir()})
    assert made[0] == made[1] and set(made[0]) == {"casebook.imscc", "questions.csv"}
    with zipfile.ZipFile(tmp_path / "a" / "quizzes" / "casebook.imscc") as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in package.namelist()} == course_quizzes.cartridge(found, ADDRESS)


# --- The questions in it --------------------------------------------------------------------------------------------


def answer(item: etree._Element, chosen: set[str]) -> tuple[int, set[str]]:
    """Grade an answer as the standard says: conditions in order, until one that was met ends the processing."""

    def holds(condition: etree._Element) -> bool:
        tag = etree.QName(condition).localname
        if tag == "varequal":
            assert condition.get("case") == "Yes"  # without it Moodle's import loses the key
            return condition.text in chosen
        parts = [holds(part) for part in condition]
        return not parts[0] if tag == "not" else all(parts)

    score, feedback = 0, set()
    for condition in named(item, "respcondition"):
        if holds(named(condition, "conditionvar")[0]):
            for value in named(condition, "setvar"):
                score = int(value.text)
            feedback |= {shown.get("linkrefid") for shown in named(condition, "displayfeedback")}
            if condition.get("continue") == "No":
                break
    return score, feedback


def items(found: list[Quiz], files: dict[str, bytes]) -> Iterator[tuple[Question, etree._Element]]:
    for quiz in found:
        root = etree.fromstring(files[f"quizzes/{quiz.ident}.xml"])
        yield from zip(quiz.questions, named(root, "item"), strict=True)


def test_questions_options_and_feedback_arrive_word_for_word(found: list[Quiz], files: dict[str, bytes]) -> None:
    for question, item in items(found, files):
        presented = [text.text for text in named(named(item, "presentation")[0], "mattext")]
        assert presented == [question.text, *(option.text for option in question.options)]
        reasons = {f.get("ident"): named(f, "mattext")[0].text for f in named(item, "itemfeedback")}
        for letter, option in zip(LETTERS, question.options, strict=False):
            verdict = "Right" if option.right else "Wrong"
            assert reasons.pop(f"{letter}_fb") == f"{verdict}. {option.feedback}"
        assert reasons == {}


def test_the_right_answer_earns_all_and_every_other_nothing(found: list[Quiz], files: dict[str, bytes]) -> None:
    for question, item in items(found, files):
        letters = LETTERS[: len(question.options)]
        right = {letter for letter, option in zip(letters, question.options, strict=True) if option.right}
        assert answer(item, right) == (100, {f"{letter}_fb" for letter in right})
        assert answer(item, set()) == (0, set())
        wrong = [{letter} for letter in letters if {letter} != right]
        wrong += [set(letters)] if question.kind == "multiple" else []
        for chosen in wrong:
            assert answer(item, chosen) == (0, {f"{letter}_fb" for letter in chosen})


def test_each_kind_of_question_names_its_profile(found: list[Quiz], files: dict[str, bytes]) -> None:
    for question, item in items(found, files):
        one = question.kind == "single"
        fields = {
            f.findtext(f"{{{QTI}}}fieldlabel"): f.findtext(f"{{{QTI}}}fieldentry")
            for f in named(item, "qtimetadatafield")
        }
        assert fields["cc_profile"] == ("cc.multiple_choice.v0p1" if one else "cc.multiple_response.v0p1")
        assert named(item, "response_lid")[0].get("rcardinality") == ("Single" if one else "Multiple")


def test_practice_may_be_repeated_and_grading_may_not(found: list[Quiz], files: dict[str, bytes]) -> None:
    for quiz in found:
        text = files[f"quizzes/{quiz.ident}.xml"].decode()
        attempts = re.search(r"cc_maxattempts</fieldlabel>\s*<fieldentry>(\w+)<", text)
        assert attempts and attempts[1] == ("unlimited" if quiz.use == "self-check" else "1")


def test_text_that_looks_like_markup_stays_text(found: list[Quiz]) -> None:
    hostile = "<b>&amp; ]]> “x”"
    option = Option(hostile, True, hostile)
    question = replace(found[0].questions[0], text=hostile, kind="single", options=(option, *[option] * 2))
    root = etree.fromstring(course_quizzes.assessment(replace(found[0], questions=[question])))
    texts = [text.text for text in named(root, "mattext")]
    assert texts.count(hostile) == 4 and texts.count(f"Right. {hostile}") == 3


# --- The schemas of the standard ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    folder = os.environ.get(SCHEMAS)
    if not folder:
        pytest.skip(f"set {SCHEMAS} to a folder with the schemas of Common Cartridge 1.1; no package ships them")
    return {root: etree.XMLSchema(etree.parse(Path(folder) / name)) for root, name in FILES.items()}


@pytest.mark.parametrize("address", [ADDRESS, ""])
def test_every_file_is_valid_by_the_schema_of_the_standard(found, schemas, address: str) -> None:
    for path, root in parsed(course_quizzes.cartridge(found, address)).items():
        schema = schemas[etree.QName(root).localname]
        assert schema.validate(root), f"{path}: {schema.error_log.last_error}"


def test_the_schemas_would_find_a_fault(files: dict[str, bytes], schemas) -> None:
    for root in parsed(files).values():
        last = list(root)[-1]
        root.append(etree.SubElement(last, "unknown"))
        assert not schemas[etree.QName(root).localname].validate(root)


# --- The plain list -------------------------------------------------------------------------------------------------


def test_the_list_holds_every_question_with_key_feedback_and_objective(found: list[Quiz]) -> None:
    listed = pd.read_csv(io.StringIO(course_quizzes.export(found)), keep_default_na=False).set_index("id")
    asked = {question.id: (quiz, question) for quiz in found for question in quiz.questions}
    assert list(listed.index) == list(asked)
    for id_, (quiz, question) in asked.items():
        row = listed.loc[id_]
        assert (row["use"], row["chapter"], row["question"]) == (quiz.use, quiz.title, question.text)
        assert {LETTERS.index(letter) for letter in row["key"]} == set(question.right)
        for letter, option in zip("abcd", question.options, strict=False):
            assert (row[f"option_{letter}"], row[f"feedback_{letter}"]) == (option.text, option.feedback)
        chapter = (ROOT / "chapters" / f"{quiz.chapter}.md").read_text(encoding="utf-8")
        assert f"- {row['objective']}" in chapter


# --- What students must not find ------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what the grader imports
def test_questions_for_grading_are_secret_and_stand_in_no_public_source(found: list[Quiz]) -> None:
    import course_leaks

    secret = [s for s in course_leaks.secrets() if s.origin.endswith(("questions.csv", "options.csv"))]
    graded = [question for quiz in found if quiz.use == "graded" for question in quiz.questions]
    known = {s.words for s in secret}
    for question in graded:
        sentences = re.split(r"(?<=[.!?:;])\s+", question.text)
        assert known & {tuple(course_leaks.words(sentence)) for sentence in sentences}, question.id
    assert course_leaks.find(secret, ROOT / "chapters", ROOT / "data", ROOT / "src", ROOT / "index.md") == []
    assert course_leaks.find(secret, ROOT / "course" / "instructor")
