"""The page that shows a run: its data, and the one file of HTML, CSS and JavaScript that draws them."""
