"""The page of money: what was spent, where and on what, against what was expected, and what is left."""
