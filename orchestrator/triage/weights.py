"""How much each signal speaks for each label, before the tie rules have their say.

The figures are log-odds, set by hand on the odd half of the development replies. A trained model
replaces this table; it does not touch what the signals are.
"""

# With no signal at all a reply is "other".
BIAS = {
    "abuse": -2.6,
    "spam": -2.8,
    "job_offer": -2.7,
    "tip": -2.4,
    "question": -2.0,
    "encouragement": -1.6,
    "other": -0.3,
}

WEIGHTS: dict[str, dict[str, float]] = {
    "job_offer": {
        "own": 0.6, "need": 1.0, "gap": 1.0, "open": 0.8, "place": 0.3, "trial": 1.2,
        "terms": 0.6, "pay": 0.6, "willing": 2.0, "contact": 0.7, "contact-given": 0.7,
        "trade": 0.4, "person": 0.15, "own+need": 1.6, "own+open": 1.6, "own+place": 0.6,
        "own+trial": 1.2, "own+gap": 1.6, "own+contact": 0.6, "own+person": 0.5,
        "need+trade": 0.8, "need+contact": 0.6, "trade+contact": 0.3, "trade+terms": 0.8,
        "place+contact": 0.4, "trade+open": 0.8, "trial+contact": 0.4, "no-need": -0.4,
        "own+trade": 0.5,
        "third": -1.3, "advice": -1.2, "help": -1.3, "search": -3.2, "refusal": -1.6,
        "past": -1.2, "topic": -1.4, "praise": -0.5, "wish": -0.7, "join": -2.0,
        "place+terms": 0.6, "pay+contact": 0.8, "trade+pay": 0.6,
    },
    "tip": {
        "third": 2.4, "advice": 2.6, "help": 3.0, "third+need": 0.6, "third+place": 0.4,
        "third+person": 0.5,
        "link": 1.6, "tag": 0.3, "topic": -0.7, "own+need": -0.5, "past": -0.1, "search": -1.2,
        "place": 0.2, "join": -0.8,
    },
    "question": {
        "question": 1.5, "ask": 1.0, "about": 0.5, "person": 0.3, "ask+person": 0.8,
        "ask+about": 0.9, "join": 2.2, "topic": -1.6, "third": -0.7, "praise": -0.3,
        "own+need": -0.5,
    },
    "encouragement": {
        "praise": 2.1, "wish": 2.6, "share": 2.4, "hearts": 1.7, "smile": 0.6, "topic": -1.0,
        "refusal": -0.6,        "shouting": 0.2, "past": -0.2,
    },
    "abuse": {
        "insult": 3.0, "exclude": 3.0, "threat": 2.8, "sexual": 2.6, "degrading": 2.6,
        "contempt": 1.8, "sarcasm": 0.7, "laugh": 0.4, "topic": -0.3, "wish": -0.8, "praise": -0.6,
        "hearts": -0.8,
    },
    "spam": {
        "scam": 3.0, "shouting": 0.8, "link": 0.7, "pay": 0.3, "contact": 0.3, "terms": 0.1,
        "person": -0.5, "topic": -0.4,
    },
    "other": {
        "refusal": 2.0, "search": 3.2, "topic": 0.6, "past": 0.5, "no-words": 0.3,
        "no-place": 0.4, "no-need": 0.5, "no-open": 0.3,
    },
}  # fmt: skip
