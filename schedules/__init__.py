"""When: clock, calendar, timetable and tick. Knows no post, no network and no database."""
