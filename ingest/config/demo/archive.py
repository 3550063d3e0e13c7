"""A LinkedIn archive as LinkedIn makes it, with people who do not exist."""

import csv
import io
import zipfile

from ingest.config.demo.story import Story

NOTE = (
    "When exporting your connection data, you may notice that some of the email addresses are missing. You will only "
    "see email addresses for connections who have allowed their connections to see or download their email address "
    "using this setting https://www.linkedin.com/psettings/privacy/email. You can learn more here "
    "https://www.linkedin.com/help/linkedin/answer/261"
)
COLUMNS = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
FIRST = (
    "Ada",
    "Amir",
    "Bea",
    "Chen",
    "Dario",
    "Emeka",
    "Freya",
    "Goran",
    "Hana",
    "Ines",
    "Jonas",
    "Keiko",
    "Lena",
    "Mara",
)
LAST = ("Ashdown", "Birkner", "Castellan", "Dvorsky", "Ekwall", "Fairlie", "Grünwald", "Halloran", "Iwata", "Jelinek")
COMPANIES = ("Blue Harbour", "Elm & Oak", "Fourth Floor, Inc.", "Green Kettle", "Lantern Works", "North Quay")
POSITIONS = ("Product Manager", "Head of Product", "Engineer", "Conference Organiser", "Designer", "Editor")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def archive_name(story: Story) -> str:
    return f"Basic_LinkedInDataExport_{story.exported:%m-%d-%Y}.zip"


def archive(story: Story) -> bytes:
    packed = io.BytesIO()
    stamp = (story.exported.year, story.exported.month, story.exported.day, 9, 0, 0)
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr(zipfile.ZipInfo("Connections.csv", stamp), _connections(story), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _connections(story: Story) -> str:
    """The newest first. Few let others see their address; who closed their account is a row without a name."""
    chance = story.chance("connections")
    text = io.StringIO(newline="")
    text.write(f'Notes:\n"{NOTE}"\n\n')
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for number, day in reversed(list(enumerate(story.linkedin, start=1))):
        made = f"{day.day:02} {MONTHS[day.month - 1]} {day.year}"
        if chance.random() < 0.02:
            rows.writerow(["", "", "", "", "", "", made])
            continue
        first, last = chance.choice(FIRST), chance.choice(LAST)
        address = f"person{number}@example.org" if chance.random() < 0.05 else ""
        profile = f"https://www.linkedin.com/in/made-up-{number}"
        rows.writerow([first, last, profile, address, chance.choice(COMPANIES), chance.choice(POSITIONS), made])
    return text.getvalue()
