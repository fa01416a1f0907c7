"""The scorecard as text, page, file, JUnit and badge, and two of them side by side."""
