"""Quizzes for a learning platform: one IMS Common Cartridge, and all questions as CSV.

The cartridge (version 1.1, which the common platforms import) holds per chapter a link, the questions of the chapter's
self-check for practice, and a graded quiz of others that stand in no page. Links lead to the book's address where
``BOOK_URL`` is set; without it, a note says where in the book the chapter stands. Called by ``tools/course.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import portable
import site_address
from lxml import etree
from lxml.builder import ElementMaker

from helpers import exhibits, selfcheck
from helpers.numbers import Value
from helpers.selfcheck import LETTERS, Option, Question

__all__ = ["Quiz", "build", "cartridge", "export", "quizzes"]

ROOT = Path(__file__).resolve().parents[1]
GRADED = ROOT / "course" / "instructor"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
LINK = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
ABOUT = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
#: What the standard calls each kind of resource.
QUIZ_TYPE, LINK_TYPE, NOTE_TYPE = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "imswl_xmlv1p1", "webcontent"
PROFILES = {"single": "cc.multiple_choice.v0p1", "multiple": "cc.multiple_response.v0p1"}
_NOTE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><p>Read the chapter “{title}” of {book}: <code>{page}</code> in the folder of the book.</p></body></html>
"""


@dataclass(frozen=True)
class Quiz:
    """The questions of one chapter for one use.

    Parameters
    ----------
    chapter : str
        File name of the chapter, without suffix.
    title : str
        Title of the chapter.
    use : {"self-check", "graded"}
    questions : sequence of Question
        Figures filled in.
    """

    chapter: str
    title: str
    use: str
    questions: Sequence[Question]

    @property
    def ident(self) -> str:
        """Identifier in the cartridge."""
        return f"quiz-{self.chapter[:2]}-{self.use}"

    @property
    def name(self) -> str:
        """What teachers and students read."""
        return f"{int(self.chapter[:2])}. {self.title} ({'self-check' if self.use == 'self-check' else 'graded quiz'})"


def quizzes(graded: Path = GRADED) -> list[Quiz]:
    """Read both sets of questions and fill in their figures.

    Parameters
    ----------
    graded : pathlib.Path
        Folder of the questions that stand in no page.

    Returns
    -------
    list of Quiz
        Per chapter the self-check, then the graded quiz.
    """
    sets = {"self-check": selfcheck.bank(ROOT), "graded": selfcheck.bank(graded)}
    found = []
    for chapter in dict.fromkeys(q.chapter for q in sets["self-check"]):
        values = _values(chapter, [q for part in sets.values() for q in part if q.chapter == chapter])
        for use, part in sets.items():
            own = [question.filled(values) for question in part if question.chapter == chapter]
            found.append(Quiz(chapter, _text(chapter)[0], use, own))
    return found


def _values(chapter: str, asked: Sequence[Question]) -> Mapping[str, Value]:
    """Take the chapter's figures from its results, if a question quotes one."""
    told = (t for q in asked for t in (q.text, *(o.text for o in q.options), *(o.feedback for o in q.options)))
    return portable.values(portable.executed(chapter)) if any("{" in text for text in told) else {}


def _text(chapter: str) -> tuple[str, list[str]]:
    """Read title and objectives of a chapter."""
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, flags=re.MULTILINE)
    part = text.partition("## Objectives")[2].partition("```{code-cell}")[0]
    objectives = [item.strip(" ;.") for item in re.findall(r"^- (.+)$", part, flags=re.MULTILINE)]
    if title is None or not objectives:
        raise ValueError(f"chapters/{chapter}.md: no title, or no list under '## Objectives'")
    return title[1], objectives


# The plain list -----------------------------------------------------------------------------------


def export(found: Sequence[Quiz]) -> str:
    """Write all questions as CSV, one row each, with key, feedback and objective.

    Parameters
    ----------
    found : sequence of Quiz

    Returns
    -------
    str
        Cells that a spreadsheet would run are defused.
    """
    rows = []
    for quiz in found:
        objectives = _text(quiz.chapter)[1]
        for question in quiz.questions:
            options = dict(zip(LETTERS, question.options, strict=False))
            row = {
                "id": question.id,
                "use": quiz.use,
                "chapter": quiz.title,
                "objective": objectives[question.objective - 1],
                "skill": question.skill,
                "kind": question.kind,
                "question": question.text,
                "key": "".join(letter for letter, option in options.items() if option.right),
                "evidence": ";".join(question.evidence),
            }
            for letter in LETTERS:
                option = options.get(letter)
                row[f"option_{letter.lower()}"] = option.text if option else ""
                row[f"feedback_{letter.lower()}"] = option.feedback if option else ""
            rows.append(row)
    return exhibits.csv_text(pd.DataFrame(rows))


# The cartridge ------------------------------------------------------------------------------------


def assessment(quiz: Quiz) -> bytes:
    """Write a quiz as a QTI 1.2 assessment of the Common Cartridge profile.

    Every option has its feedback. A question with several right options is right only as a whole.
    """
    e = ElementMaker(namespace=QTI, nsmap={None: QTI})

    def described(**fields: str) -> list[etree._Element]:
        return [e.qtimetadatafield(e.fieldlabel(name), e.fieldentry(value)) for name, value in fields.items()]

    def words(text: str) -> etree._Element:
        return e.material(e.mattext(text, texttype="text/plain"))

    def reasoned(option: Option) -> str:  # without the letter: a platform may shuffle
        return f"{'Right' if option.right else 'Wrong'}. {option.feedback}"

    def item(question: Question) -> etree._Element:
        letters = LETTERS[: len(question.options)]
        labels = [e.response_label(words(o.text), ident=i) for i, o in zip(letters, question.options, strict=True)]
        lid = e.response_lid(
            e.render_choice(*labels, shuffle="No"),
            ident="answer",
            rcardinality="Single" if question.kind == "single" else "Multiple",
        )
        return e.item(
            e.itemmetadata(
                e.qtimetadata(*described(cc_profile=PROFILES[question.kind], cc_question_category=quiz.title))
            ),
            e.presentation(words(question.text), lid),
            e.resprocessing(
                e.outcomes(e.decvar(varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100")),
                *conditions(question),
            ),
            *(
                e.itemfeedback(e.flow_mat(words(reasoned(option))), ident=f"{letter}_fb")
                for letter, option in zip(letters, question.options, strict=True)
            ),
            ident=f"item-{question.id}",
            title=question.id,
        )

    def conditions(question: Question) -> list[etree._Element]:
        score = e.setvar("100", action="Set", varname="SCORE")

        def chosen(letter: str) -> etree._Element:
            return e.varequal(letter, respident="answer", case="Yes")  # Moodle counts no other as a right choice

        def reason(letter: str) -> etree._Element:
            return e.displayfeedback(feedbacktype="Response", linkrefid=f"{letter}_fb")

        options = list(zip(LETTERS, question.options, strict=False))
        if question.kind == "single":  # one condition meets each answer, so that none has to go on to the next
            return [
                e.respcondition(e.conditionvar(chosen(i)), *([score] if o.right else []), reason(i), {"continue": "No"})
                for i, o in options
            ]
        told = [e.respcondition(e.conditionvar(chosen(i)), reason(i), {"continue": "Yes"}) for i, _ in options]
        exact = [chosen(i) if o.right else e("not", chosen(i)) for i, o in options]
        return [*told, e.respcondition(e.conditionvar(e("and", *exact)), score, {"continue": "No"})]

    practice = quiz.use == "self-check"
    about = described(
        cc_profile="cc.exam.v0p1",
        qmd_assessmenttype="Examination",
        qmd_scoretype="Percentage",
        qmd_feedbackpermitted="Yes",
        qmd_solutionspermitted="Yes" if practice else "No",
        cc_maxattempts="unlimited" if practice else "1",
    )
    return _bytes(
        e.questestinterop(
            e.assessment(
                e.qtimetadata(*about),
                e.section(*map(item, quiz.questions), ident="root_section"),
                ident=quiz.ident,
                title=quiz.name,
            )
        )
    )


def cartridge(found: Sequence[Quiz], address: str = "") -> dict[str, bytes]:
    """Make the files of a Common Cartridge 1.1.

    Parameters
    ----------
    found : sequence of Quiz
    address : str
        Where the book stands on the web; without it, notes take the place of links.

    Returns
    -------
    dict of str to bytes
        By path in the package; ``imsmanifest.xml`` comes first.

    Raises
    ------
    ValueError
        If the address is not one of the web.
    """
    if address and not re.match(r"https?://[^\s/]+", address):
        raise ValueError(f"BOOK_URL: {address!r} is not a web address")
    e = ElementMaker(namespace=PACKAGE, nsmap={None: PACKAGE, "lom": ABOUT})
    lom = ElementMaker(namespace=ABOUT)
    files: dict[str, bytes] = {}
    chapters, resources = [], []

    def add(ident: str, title: str, kind: str, path: str, content: bytes) -> etree._Element:
        files[path] = content
        # The profile gives an address of its own to web content alone.
        place = {"href": path} if kind == NOTE_TYPE else {}
        resources.append(e.resource(e.file(href=path), identifier=f"res-{ident}", type=kind, **place))
        return e.item(e.title(title), identifier=f"item-{ident}", identifierref=f"res-{ident}")

    for chapter in dict.fromkeys(quiz.chapter for quiz in found):
        own = [quiz for quiz in found if quiz.chapter == chapter]
        title, page, number = own[0].title, f"chapters/{chapter}.html", chapter[:2]
        if address:
            entry = (LINK_TYPE, f"links/{chapter}.xml", _web_link(title, f"{address.rstrip('/')}/{page}"))
        else:
            note = _NOTE.format(title=title, book=exhibits.BOOK, page=page)
            entry = (NOTE_TYPE, f"notes/{chapter}.html", note.encode())
        items = [add(f"read-{number}", f"Read: {title}", *entry)]
        items += [add(q.ident, q.name, QUIZ_TYPE, f"quizzes/{q.ident}.xml", assessment(q)) for q in own]
        chapters.append(e.item(e.title(f"{int(number)}. {title}"), *items, identifier=f"chapter-{number}"))
    manifest = e.manifest(
        e.metadata(
            e.schema("IMS Common Cartridge"),
            e.schemaversion("1.1.0"),
            lom.lom(lom.general(lom.title(lom.string(exhibits.BOOK, language="en")))),
        ),
        e.organizations(
            e.organization(e.item(*chapters, identifier="root"), identifier="plan", structure="rooted-hierarchy")
        ),
        e.resources(*resources),
        identifier="iran-azerbaijan-casebook",
    )
    return {"imsmanifest.xml": _bytes(manifest), **files}


def _web_link(title: str, address: str) -> bytes:
    e = ElementMaker(namespace=LINK, nsmap={None: LINK})
    return _bytes(e.webLink(e.title(title), e.url(href=address)))


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def build(out: Path) -> None:
    """Write ``quizzes/casebook.imscc`` and ``quizzes/questions.csv`` into the folder `out`.

    Both hold the graded questions with their answers: they are for instructors.
    """
    found = quizzes()
    folder = out / "quizzes"
    folder.mkdir(parents=True, exist_ok=True)
    portable.write_zip(folder / "casebook.imscc", cartridge(found, site_address.address()))
    (folder / "questions.csv").write_text(export(found), encoding="utf-8")
