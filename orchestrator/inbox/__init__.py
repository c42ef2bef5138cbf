"""What came back, for the people who read it: looked at, taken in hand, corrected, noted down."""
