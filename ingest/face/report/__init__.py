"""The review of a week or a period, written as Markdown and as HTML."""
