"""How each post will look, before it goes out: cards, pages for the browser, sheets for tandems."""
