"""Inbound requests as a form's answers: a CSV."""

import csv
import io

from ingest.config.demo.story import Story

WORDS = {
    "guest post": "Would you write for our blog?",
    "mentorship": "Could you spare an hour a month?",
    "job offer": "We are looking for somebody like you.",
}
SENDERS = ("Blue Harbour", "Elm & Oak", "Fourth Floor", "Green Kettle", "Lantern Works", "North Quay", "Paper Boat")


def requests(story: Story) -> bytes:
    chance = story.chance("requests")
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["Id", "Date", "From", "Asks for", "Message"])
    for number, (day, kind) in enumerate(story.asked, start=1):
        rows.writerow([f"R{number:03}", day.isoformat(), chance.choice(SENDERS), kind, WORDS[kind]])
    return text.getvalue().encode()
