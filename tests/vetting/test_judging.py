"""Warnings by rule: the minimum wage by its day, trials, answers, and what nobody has asked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from orchestrator.vetting.advice import FOLDER, advice_on, languages
from orchestrator.vetting.answers import Answers, Place, answers_from
from orchestrator.vetting.judging import judge
from orchestrator.vetting.pay import typed, typed_hours
from orchestrator.vetting.risks import Risk
from orchestrator.vetting.wages import minimum

NOW, NEW_YEAR = date(2026, 11, 24), date(2027, 1, 1)
KNOWN = Answers(employer=True, reachable=True)


def low(text: str, day: date = NOW, country: str = "DE") -> bool:
    return Risk.LOW_PAY in judge(text, KNOWN, country, day).risks


LOW = [
    "13,89 €/h",
    "Hilfe für 10 € die Stunde",
    "12 euros an hour",
    "5 Euro Stundenlohn",
    "2.100 € brutto im Monat bei 38,5 Std",
    "60 Euro am Tag",
    "100 € am Tag, 10 Stunden",
    "400 € die Woche, 40 Stunden",
    "603 Euro Minijob, 12 Std die Woche",
    "2000 € im Monat Vollzeit",
    "bis zu 12 €/h",
    "Minijob, 538 € für 43 Stunden im Monat",
    "1.500 € im Monat, 40 Stunden die Woche",
    "ab 11 €/h, später mehr",
    "Erst 12 €/h, nach der Probezeit 14 €/h",
    "8 €/Std für leichte Arbeit",
    "We pay 9 euros per hour",
    "1,800 euros a month for 40 hours a week",
    "50 euros a day",
    "€11.50/hr plus tips",
    "300 euros a week for 35 hours",
    "1,200 € a month, full-time",
    "between 10 and 12 euros an hour",
    "up to 13 € an hour",
    "الأجر ٩ يورو بالساعة",
    "٨ يورو في الساعة",
    "40 يورو باليوم",
    "1200 يورو بالشهر دوام كامل",
    "10 euro bel sa3a",
    "1000 يورو بالشهر والدوام 40 ساعة بالاسبوع",
]
ENOUGH = [
    "13,90 €/h",
    "14 Euro die Stunde",
    "2.319 € brutto im Monat bei 38,5 Std",
    "120 Euro am Tag",
    "603 Euro Minijob, 10 Std die Woche",
    "538 Euro Minijob",
    "bis zu 15 €/h",
    "nach Tarif",
    "Mindestlohn",
    "2.900 € im Monat Vollzeit",
    "1500 € im Monat",
    "1.300 € netto im Monat",
    "Ausbildung, 1.050 Euro im Monat, 38 Stunden",
    "FSJ mit 450 Euro im Monat, 38 Stunden",
    "50 € für eine Jacke",
    "Es gibt 8 Leute und 3 Hunde",
    "Praktikum, 500 € im Monat, 40 Stunden",
    "We pay 15 euros an hour",
    "2,500 a month for 40 hours a week",
    "minimum wage plus tips",
    "apprenticeship, 900 euros a month, 38 hours",
    "tickets are 5 euros a piece",
    "600 euros a week for 40 hours",
    "15-18 € an hour",
    "130 euros a day",
    "١٥ يورو بالساعة",
    "الأجر ١٤ يورو في الساعة",
    "2600 يورو بالشهر دوام كامل",
    "15 euro bel sa3a",
    "5 يورو سعر الوجبة",
    "130 يورو باليوم",
]


@pytest.mark.parametrize("text", LOW)
def test_less_than_the_minimum_wage_is_told(text: str) -> None:
    """By the hour, the day, the week and the month."""
    assert low(text)


@pytest.mark.parametrize("text", ENOUGH)
def test_enough_is_enough(text: str) -> None:
    """And whatever cannot be compared draws a remark, no warning."""
    assert not low(text)


def test_the_wage_of_the_day_counts() -> None:
    """13.90 in 2026, 14.60 from 2027; before the table begins nothing is invented."""
    assert not low("14 €/h", NEW_YEAR - timedelta(days=1))
    assert low("14 €/h", NEW_YEAR)
    assert low("14,59 €/h", NEW_YEAR)
    assert not low("14,60 €/h", NEW_YEAR)
    assert minimum("DE", date(2025, 12, 31)) is None
    assert (minimum("DE", NOW).minijob, minimum("DE", NEW_YEAR).minijob) == (
        Decimal(603),
        Decimal(633),
    )  # type: ignore[union-attr]
    [coming] = judge("14 €/h", KNOWN, "DE", NOW).remarks
    assert coming == "From Jan 1, 2027 on the law asks for 14.60 € an hour."


@pytest.mark.parametrize("country", ["AT", "CH", "FR"])
def test_no_figure_is_invented_for_another_country(country: str) -> None:
    """Austria and Switzerland have no general one; of the others we do not know it."""
    judged = judge("Für 3 € die Stunde", KNOWN, country, NOW)
    assert Risk.LOW_PAY not in judged.risks
    assert country in judged.remarks[0]
    assert ("no general minimum wage" in judged.remarks[0]) is (country != "FR")


def test_remarks_say_what_to_ask() -> None:
    """For how many hours a sum is enough, when it is no minijob, net, and training."""
    assert judge("538 Euro Minijob", KNOWN, "DE", NOW).remarks == [
        "Ask for the hours: this pay is enough for at most 38.7 hours a month."
    ]
    assert "no minijob" in judge("Minijob 700 Euro", KNOWN, "DE", NOW).remarks[0]
    assert "net" in judge("10 € netto die Stunde", KNOWN, "DE", NOW).remarks[0]
    assert "placements" in judge("Praktikum, 5 €/h", KNOWN, "DE", NOW).remarks[0]


def test_pay_that_was_asked_for_replaces_the_words() -> None:
    """On the phone it turned out to be more, or less."""
    more = Answers(employer=True, pay=typed("15/h").pays[0])
    assert Risk.LOW_PAY not in judge("10 €/h", more, "DE", NOW).risks
    less = Answers(employer=True, pay=typed("1800 im Monat").pays[0], hours=typed_hours("40"))
    assert Risk.LOW_PAY in judge("Guter Lohn, 15 €/h", less, "DE", NOW).risks


ALONE = {
    "cash": ({"cash": True}, Risk.CASH),
    "housing": ({"housing": True}, Risk.HOUSING),
    "live-in": ({"live_in": True}, Risk.LIVE_IN),
    "documents": ({"documents": True}, Risk.DOCUMENTS),
    "money": ({"money": True}, Risk.MONEY),
    "home": ({"meeting": Place.HOME}, Risk.PRIVATE_HOME),
    "trial": ({"trial_days": 4}, Risk.UNPAID_TRIAL),
    "unreachable": ({"reachable": False}, Risk.UNREACHABLE),
    "nobody": ({"employer": False}, Risk.UNKNOWN_EMPLOYER),
}


@pytest.mark.parametrize("name", ALONE)
def test_an_answer_alone_draws_its_warning(name: str) -> None:
    """The words need not say it."""
    given, risk = ALONE[name]
    judged = judge("Wir suchen eine Hilfe", Answers(**{"employer": True, **given}), "DE", NOW)
    assert list(judged.risks) == [risk]


def test_a_no_does_not_talk_the_words_away() -> None:
    """Whoever wrote “cash” and says otherwise on the phone is looked at by a second person."""
    answers = Answers(employer=True, cash=False, trial_days=3, meeting=Place.WORKPLACE)
    assert list(judge("Bar auf die Hand", answers, "DE", NOW).risks) == [Risk.CASH]


def test_what_nobody_asked_is_open() -> None:
    """Pay and hours in the words count as known."""
    judged = judge("20 Stunden die Woche, 15 €/h", KNOWN, "DE", NOW)
    assert judged.open == [
        "trial_days",
        "housing",
        "live_in",
        "cash",
        "documents",
        "money",
        "meeting",
    ]


def test_answers_are_kept_and_read_back() -> None:
    """Each kind; and new ones lie over old ones without taking anything away."""
    first = Answers(
        employer=True,
        reachable=False,
        pay=typed("bis 15 €/h").pays[0],
        hours=typed_hours("38,5"),
        trial_days=0,
        cash=True,
        meeting=Place.PUBLIC,
    )
    assert answers_from(first.document()) == first
    both = Answers(cash=False, money=True).over(first)
    assert (both.cash, both.money, both.employer, both.hours) == (False, True, True, first.hours)
    assert answers_from({}) == Answers()


@pytest.mark.parametrize("language", languages())
def test_every_language_advises_on_every_warning(language: str) -> None:
    """One piece of advice each, and who advises for free; numbers as the language writes them."""
    every = advice_on(Risk, language, day=NOW)
    assert len(set(every)) == len(Risk) + 1
    assert "Faire Integration" in every[-1]
    wage = "13,90" if language == "de" else "13.90"
    assert any(wage in each for each in every)
    assert advice_on([], language, day=NOW) == []
    assert "Faire Integration" not in advice_on([Risk.CASH], language, day=NOW, country="AT")[-1]


def test_advice_in_a_language_without_a_file_is_english() -> None:
    """One more file is one more language."""
    assert {path.stem for path in FOLDER.glob("*.toml")} == {"ar", "de", "en"}
    assert advice_on([Risk.CASH], "uk", day=NOW) == advice_on([Risk.CASH], "en", day=NOW)
