"""What the page's own forms do: pull, record, decide, note. They work without scripts; `guard` decides who may.

Each answers with the page it came from, which tells what became of it.
"""

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from ingest.face import words
from ingest.face.web.asked import form_of, service_of
from ingest.face.web.live import live_of
from ingest.face.web.message import Message, Messages
from ingest.okr.when import instant_of
from ingest.run.name import UnknownName
from ingest.run.taking import Item, Refusal
from ingest.store.error import StoreError
from ingest.store.unit import By

router = APIRouter(include_in_schema=False)
LONGEST_NOTE = 4000


@router.post("/sources/{source}/pull")
async def pull(request: Request, source: str) -> RedirectResponse:
    """Pull a source now."""
    pulling = asyncio.ensure_future(service_of(request).pull(source))
    await asyncio.sleep(0)
    live_of(request).tell()  # that it is being pulled
    try:
        pulled = await pulling
    except StoreError as error:
        return _told(request, "/sources", Message(False, f"{source}: {error}"))
    ending, kept = pulled.unit.ending, pulled.kept
    if not ending.is_ok:
        told = words.with_cure(f"{source} is {ending.outcome}: {ending.message}", ending.cure)
        return _told(request, "/sources", Message(False, told))
    counts = (0, 0) if kept is None else (kept.created, kept.revised)
    told = f"{source} was pulled: {counts[0]} new, {counts[1]} changed"
    return _told(request, "/sources", Message(True, told))


@router.post("/sources/{source}/record")
async def record(request: Request, source: str) -> RedirectResponse:
    """Record a value by hand: as `okr record`."""
    form = await form_of(request)
    signal, zone = form.get("signal", ""), service_of(request).workspace.config.zone
    try:
        at_text = form.get("at", "").strip()
        at = instant_of(at_text, zone, "begins") if at_text else None
        item = Item(signal, form.get("value", "").strip(), at, form.get("key", "").strip() or None)
        [taken] = await service_of(request).take([item], By.HAND)
    except Refusal as error:
        [(_, problem)] = error.problems
        return _told(request, "/sources", Message(False, f"not recorded: {problem}"))
    except ValueError as error:
        return _told(request, "/sources", Message(False, f"not recorded: {error}"))
    told = f"{signal}: {item.value} was recorded ({taken.result}, {taken.key})"
    return _told(request, "/sources", Message(True, told))


@router.post("/sources/{source}/decide")
async def decide(request: Request, source: str) -> RedirectResponse:
    """Accept or reject an implausible reading that waits."""
    form = await form_of(request)
    accepted = {"accept": True, "reject": False}.get(form.get("decision", ""))
    if accepted is None:
        return _told(request, "/sources", Message(False, "say whether to accept or to reject it"))
    try:
        decided = await service_of(request).decide(form.get("signal", ""), form.get("key", ""), accepted=accepted)
    except UnknownName as error:
        return _told(request, "/sources", Message(False, str(error)))
    return _told(request, "/sources", Message(True, words.decided(decided)))


@router.post("/key-results/{name}/note")
async def note(request: Request, name: str) -> RedirectResponse:
    """Write a note in the log."""
    service = service_of(request)
    full = service.workspace.key_result(name).name
    back = f"/key-results/{quote(full)}"
    text = (await form_of(request)).get("text", "").strip()
    if not text:
        return _told(request, back, Message(False, "the note is empty"))
    if len(text) > LONGEST_NOTE:
        return _told(request, back, Message(False, f"a note may have {LONGEST_NOTE} characters"))
    await service.note(full, text)
    live_of(request).tell()
    return _told(request, back, Message(True, "the note is in the log"))


def _told(request: Request, back: str, message: Message) -> RedirectResponse:
    messages: Messages = request.app.state.messages
    return RedirectResponse(f"{back}?told={messages.keep(message)}", 303)
