"""A name that a text says in another script, and words that only sound a little like it."""

import pytest

from orchestrator.unsaid import says_name
from tests.intake.test_intake_cells import check

SAID = [
    ("عند إدريس خبرة", "Idris"),
    ("أنا سميرة وأبحث", "Samira"),
    ("اسمي محمد", "Mohammed"),
    ("لحسن خبرة", "Hassan"),
    ("فاطمة", "Fatima"),
    ("خديجة", "Khadija"),
    ("والشيرين", "Shirin"),
    ("نصرالله", "Nasrullah"),
    ("السلام عليكم", "Salam"),
    ("يوسف نجار", "Yusuf"),
    ("بهار", "Bahar"),
    ("Самира шукає роботу", "Samira"),
    ("Мене звати Оксана", "Oksana"),
    ("جميلة", "Jamila"),
    ("مريم", "Maryam"),
    ("إبراهيم", "Ibrahim"),
    ("أحمد", "Ahmed"),
    ("زهراء", "Zahra"),
    ("Ich heiße Idris", "إدريس"),
    ("مهدي", "Mahdi"),
    ("Мохаммед", "Mohammed"),
    ("Юсуф", "Yusuf"),
]
NOT_SAID = [
    ("السلام عليكم أبحث عن عمل", "Selim"),
    ("Я шукаю роботу кравця в місті", "Samira"),
    ("أبحث عن عمل كخياطة في ميونخ ولدي خبرة عشر سنوات", "Samira"),
    ("أبحث عن عمل كنجار ولدي خبرة", "Karim"),
    ("عبد الرحمن", "Abdulrahman"),
    ("هدى", "Huda"),
    ("Ich suche Arbeit als Schneider", "سميرة"),
    ("رانيا", "Rania"),
    ("درس خياطة", "Idris"),
    ("فكرة جميلة جدا", "Karim"),
    ("بجملة واحدة", "Jamila"),
    ("نبحث عن عمل", "Nabil"),
    ("Мені 30 років, шию одяг", "Marina"),
]


@pytest.mark.parametrize(("text", "name"), SAID)
def test_a_name_in_another_script_is_found(text: str, name: str) -> None:
    """However it is vowelled, and written as one with "and", "for" or the article."""
    assert says_name(text, name)


@pytest.mark.parametrize(("text", "name"), NOT_SAID)
def test_other_words_are_left_in_peace(text: str, name: str) -> None:
    """Greetings, trades, ordinary words; names too short to be told from them."""
    assert not says_name(text, name)


@pytest.mark.parametrize(
    ("show", "appeal_ar", "notices", "refused"),
    [
        ("alias", "أبحث عن عمل كخياطة، اسمي علي", 1, False),  # too short to be told from "on"
        ("full", "أبحث عن عمل كخياطة، اسمي علي", 0, False),
        ("alias", "عند إدريس خبرة في الخياطة", 1, True),
    ],
)
def test_what_few_can_read_is_remarked_or_refused(
    show: str, appeal_ar: str, notices: int, refused: bool
) -> None:
    """An alias that an appeal in another script gives away is none."""
    name = "Idris" if refused else "Ali"
    cells = check(name=name, show=show, public_name="Erik", appeal_ar=appeal_ar, link="")
    assert sum("appeal_ar" in each for each in cells.notices) == notices
    assert [each.column for each in cells.rejected] == (["appeal_ar"] if refused else [])
