"""What the scorecards of `qa` and `bot`, and the findings of `audit`, have in common: outcomes, page and JUnit XML."""
