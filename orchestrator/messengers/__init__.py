"""Ways to bring somebody a letter, and to hear whether it arrived, behind one small port."""
