"""The page of compare sheets: models against prompts in one grid, looked at, rated and exported."""
