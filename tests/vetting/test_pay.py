"""Pay as people write it, in German, English and Arabic."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.errors import UsageProblem
from orchestrator.vetting.amounts import Unit
from orchestrator.vetting.pay import Hours, found_in, typed, typed_hours
from orchestrator.vetting.sums import hourly, said_hours, said_pay

H, DAY, W, M = Unit.HOUR, Unit.DAY, Unit.WEEK, Unit.MONTH
TYPED = {
    "13,90 €/Std": (H, "13.90"),
    "14,50/h": (H, "14.50"),
    "15 die Stunde": (H, "15"),
    "13.90 an hour": (H, "13.90"),
    "€15/hr": (H, "15"),
    "12€ pro Stunde": (H, "12"),
    "Stundenlohn 13": (H, "13"),
    "14 € brutto/Std.": (H, "14"),
    "CHF 22.50 / Std": (H, "22.50"),
    "15 euros per hour gross": (H, "15"),
    "ab 12,50 €/h": (H, "12.50"),
    "13-15€/Std": (H, "13"),
    "zwischen 12 und 14 Euro die Stunde": (H, "12"),
    "16 Fr. i de Stund": (H, "16"),
    "10 يورو بالساعة": (H, "10"),
    "١٢ يورو في الساعة": (H, "12"),
    "10 euro bel sa3a": (H, "10"),
    "120 am Tag": (DAY, "120"),
    "Tageslohn 90 €": (DAY, "90"),
    "80 a day": (DAY, "80"),
    "12 Std am Tag für 80 €": (DAY, "80"),
    "50 باليوم": (DAY, "50"),
    "400 die Woche, 40 Stunden": (W, "400"),
    "350 € wöchentlich": (W, "350"),
    "300 a week": (W, "300"),
    "2.100 brutto im Monat bei 38,5 Std": (M, "2100"),
    "2,100 a month at 40 hours": (M, "2100"),
    "1 800 € netto mtl": (M, "1800"),
    "2100,- im Monat": (M, "2100"),
    "1200 بالشهر": (M, "1200"),
    "2.450,50 € monatlich": (M, "2450.50"),
    "3'200 CHF im Monat": (M, "3200"),
    "3.000 € Monatsgehalt Vollzeit": (M, "3000"),
    "538 Minijob": (M, "538"),
    "Minijob 603 €": (M, "603"),
    "450€-Basis": (M, "450"),
    "603 Euro Minijob, 10 Std die Woche": (M, "603"),
}


@pytest.mark.parametrize("text", TYPED)
def test_pay_is_read_as_it_is_typed(text: str) -> None:
    """The amount and what it is for."""
    [pay] = typed(text).pays
    assert (pay.unit, pay.least) == (TYPED[text][0], Decimal(TYPED[text][1]))


HOURS = {
    "2.100 brutto im Monat bei 38,5 Std": ("38.5", W),
    "12 Std am Tag für 80 €": ("12", DAY),
    "400 die Woche, 40 Stunden": ("40", W),
    "120 am Tag, 8 Stunden": ("8", DAY),
    "603 Euro Minijob, 10 Std die Woche": ("10", W),
    "20 h à 14 €/h": ("20", W),
    "603 Minijob, 43 Stunden im Monat": ("43", M),
    "14 €/h, 30 hours a week": ("30", W),
    "الراتب ٩ يورو بالساعة والدوام ٣٠ ساعة بالأسبوع": ("30", W),
}


@pytest.mark.parametrize("text", HOURS)
def test_hours_beside_the_pay_are_read(text: str) -> None:
    """A week's, unless it says otherwise or the pay is a day's."""
    count, per = HOURS[text]
    assert typed(text).hours == Hours(Decimal(count), per)


@pytest.mark.parametrize("text", ["14,50", "viel", "14/h und 2000 im Monat", "€", "gut bezahlt"])
def test_nothing_is_guessed(text: str) -> None:
    """Without one amount and its unit the sentence shows how to write it."""
    with pytest.raises(UsageProblem, match="no pay that can be read") as refused:
        typed(text)
    assert "14,50/h" in refused.value.remedy


def test_words_instead_of_an_amount() -> None:
    """What the law or an agreement says, a net amount, and only a most."""
    assert typed("Mindestlohn").pays[0].unit is Unit.MINIMUM
    assert typed("nach Tarif").pays[0].unit is Unit.TARIFF
    assert typed("").pays == ()
    assert typed("1.500 € netto im Monat").pays[0].net
    most = typed("bis zu 15 € Stundenlohn").pays[0]
    assert (most.least, most.most) == (None, Decimal(15))


FOUND = {
    "Wir suchen 3 Leute, 14 € die Stunde, Beginn 7 Uhr": [(H, "14")],
    "Mo-Fr 20 Stunden, 10 Euro Stundenlohn": [(H, "10")],
    "Bar auf die Hand, 12 die Stunde": [(H, "12")],
    "ab 01.12. für 11,50 €/h": [(H, "11.50")],
    "Erst 12 €/h, nach der Probezeit 14 €/h": [(H, "12"), (H, "14")],
    "50 € für eine Jacke": [],
    "zweimal am Tag 3 Hunde ausführen": [],
    "in 2 Stunden bin ich da": [],
    "Seit 1998 in der Stadt": [],
    "Er verdient gut": [],
    "Tel. ••• 8 bis 17 Uhr": [],
    "100 % Einsatz pro Tag": [],
    "in 5 Minuten pro Stunde": [],
}


@pytest.mark.parametrize("text", FOUND)
def test_in_a_reply_only_money_with_its_unit_is_pay(text: str) -> None:
    """Times, dates, people and other sums are none."""
    assert [(each.unit, each.least) for each in found_in(text).pays] == [
        (unit, Decimal(amount)) for unit, amount in FOUND[text]
    ]


def test_hours_as_they_are_typed() -> None:
    """A week's by default; impossible ones are refused."""
    assert typed_hours("38,5") == Hours(Decimal("38.5"), W)
    assert typed_hours("8 am Tag") == Hours(Decimal(8), DAY)
    assert typed_hours("43 a month") == Hours(Decimal(43), M)
    assert typed_hours(" ") is None
    for wrong in ("0", "25 a day", "101", "many"):
        with pytest.raises(UsageProblem, match="no number of hours"):
            typed_hours(wrong)


def test_pay_and_hours_are_said_again_in_words() -> None:
    """As a person reads them beside the question."""
    said = {
        text: said_pay(typed(text).pays[0])
        for text in ("13,90/h", "12-14 €/h", "bis zu 15 €/h", "1500 netto im Monat", "Mindestlohn")
    }
    assert list(said.values()) == [
        "13.90 an hour",
        "12–14 an hour",
        "up to 15 an hour",
        "1,500 a month net",
        "minimum wage",
    ]
    assert said_hours(Hours(Decimal("38.5"), W)) == "38.5 a week"
    assert said_hours(Hours(Decimal(20), W)) == "20 a week"


@given(
    cents=st.integers(100, 9_999),
    hours=st.integers(1, 60),
    form=st.sampled_from(["{} €/h", "{} Euro pro Stunde", "{} an hour", "{} يورو بالساعة"]),
)
def test_an_hour_is_an_hour_in_every_form(cents: int, hours: int, form: str) -> None:
    """Point or comma, and whatever the hours are."""
    amount = Decimal(cents) / 100
    for mark in ".,":
        [pay] = typed(form.format(f"{amount:.2f}".replace(".", mark))).pays
        assert hourly(pay, Hours(Decimal(hours), W)) == amount
