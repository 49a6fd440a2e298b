"""HTTP as both vendors need it: one place sends, one place sleeps, errors say what is known about a lost answer."""
