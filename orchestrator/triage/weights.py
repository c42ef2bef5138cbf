"""How much each signal speaks for each label, before the tie rules have their say.

The figures are log-odds: set by hand first, then fitted by logistic regression that was drawn
towards the hand-set ones, on the odd half of the development replies, on replies that had shown a
gap, and on comments about other things. A trained model replaces this table; it does not touch
what the signals are.
"""

# With no signal at all a reply is "other".
BIAS = {
    "abuse": -3.4,
    "spam": -3.9,
    "job_offer": -2.9,
    "tip": -2.9,
    "question": -2.9,
    "encouragement": -2.9,
    "other": -0.3,
}

WEIGHTS: dict[str, dict[str, float]] = {
    "job_offer": {
        "own": 1.0, "need": 1.3, "gap": 1.0, "open": 1.2, "place": 0.3, "trial": 1.4,
        "terms": 1.0, "pay": 0.6, "willing": 3.5, "contact": 0.7, "contact-given": 0.7,
        "trade": 1.4, "person": 0.1, "own+need": 1.4, "own+open": 1.6, "own+place": 0.6,
        "own+trial": 1.2, "own+gap": 1.6, "own+contact": 0.6, "own+person": 0.7,
        "need+trade": 0.8, "need+contact": 0.6, "trade+contact": 0.3, "trade+terms": 0.9,
        "place+contact": 0.4, "trade+open": 1.0, "trial+contact": 0.4, "trial+person": 0.8,
        "no-need": -0.3, "own+trade": 0.7, "third": -1.6, "advice": -1.1, "help": -1.3,
        "search": -3.2, "refusal": -1.6, "past": -1.2, "topic": -1.7, "praise": -0.7, "wish": -0.8,
        "join": -2.0, "place+terms": 0.6, "pay+contact": 0.7, "trade+pay": 0.5,
    },
    "tip": {
        "third": 3.4, "advice": 2.9, "help": 3.5, "third+need": 1.2, "third+place": 0.5,
        "third+person": 0.7, "link": 1.7, "tag": 0.4, "topic": -1.1, "own+need": -0.6,
        "past": -0.1, "search": -1.2, "place": 0.0, "join": -0.9,
    },
    "question": {
        "question": 2.1, "ask": 1.3, "about": 0.6, "person": -0.1, "ask+person": 0.5,
        "ask+about": 1.0, "join": 2.3, "topic": -2.0, "third": -0.9, "praise": -0.4,
        "own+need": -1.3,
    },
    "encouragement": {
        "praise": 3.6, "wish": 3.3, "share": 3.1, "hearts": 1.9, "smile": 0.6, "topic": -1.8,
        "refusal": -0.7, "shouting": 0.2, "past": 0.0,
    },
    "abuse": {
        "insult": 4.0, "exclude": 4.4, "threat": 3.4, "sexual": 2.8, "degrading": 2.9,
        "contempt": 2.1, "sarcasm": 0.8, "laugh": 0.4, "topic": -0.4, "wish": -1.1,
        "praise": -0.9, "hearts": -0.8,
    },
    "spam": {
        "scam": 5.0, "shouting": 0.9, "link": 0.7, "pay": 0.4, "contact": 0.4, "terms": 0.1,
        "person": -0.7, "topic": -0.8,
    },
    "other": {
        "refusal": 2.0, "search": 3.2, "topic": 0.6, "past": 0.5, "no-words": 0.3,
        "no-place": 0.4, "no-need": 0.5, "no-open": 0.3,
    },
}  # fmt: skip
