"""A real Dovecot 2.3 on free loopback ports, with one user, in a folder that is thrown away.

It runs as the user who runs the tests; as root it runs as the users that the Debian package made.
"""

import grp
import hmac
import imaplib
import json
import os
import pwd
import shutil
import socket
import subprocess
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import trustme

USER = "ada@example.org"
PASSWORD = 'a "made-up" p\\ässword'
PROGRAM = shutil.which("dovecot") or "/usr/sbin/dovecot"
TOKEN_KEY = b"the key by which this server knows its tokens"

CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
mail_location = {mails}
namespace inbox {{
  inbox = yes
  separator = /
}}
disable_plaintext_auth = no
login_trusted_networks = 127.0.0.1/32
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_username_format = %u
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
mail_max_userip_connections = {most}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {encrypted}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""
TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


@dataclass(frozen=True)
class Dovecot:
    port: int
    """Plain, with STARTTLS."""
    encrypted_port: int
    authority: Path
    """The PEM file of the authority of its certificate, which is for `localhost`."""
    home: Path

    @contextmanager
    def mailbox(self) -> "Iterator[imaplib.IMAP4]":
        """The user's own mail program, as it were: it may write."""
        with imaplib.IMAP4("127.0.0.1", self.port) as own:
            own.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            yield own

    def deliver(self, *mails: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Put mails into a folder, which is made if it is not there; `at`: when they arrived (default: now)."""
        with self.mailbox() as own:
            own.create(folder)
            for mail in mails:
                status, said = own.append(folder, "", imaplib.Time2Internaldate(at) if at else "", mail)
                assert status == "OK", said


@contextmanager
def dovecot(mails: str = "maildir:~/Maildir", most: int = 10, tokens: str = TOKENS) -> Iterator[Dovecot]:
    """A server while it is needed. Skips where there is no Dovecot. `mails`: its `mail_location`; `most`: connections
    at a time; `tokens`: how it knows access tokens, the content of its oauth2.conf."""
    if not Path(PROGRAM).exists():
        pytest.skip("no Dovecot is installed (Debian: dovecot-imapd)")
    with TemporaryDirectory(prefix="okr-dovecot-") as folder:
        yield from _running(Path(folder), mails, most, tokens)


def _running(folder: Path, mails: str, most: int, tokens: str) -> Iterator[Dovecot]:
    server = Dovecot(_free_port(), _free_port(), folder / "authority.pem", folder / "home")
    _write(server, folder, mails, most, tokens)
    with (folder / "dovecot.err").open("wb") as said:
        running = subprocess.Popen([PROGRAM, "-F", "-c", folder / "dovecot.conf"], stderr=said)
    try:
        _wait(server, running, folder)
        yield server
    finally:
        running.terminate()
        running.wait(timeout=20)


def token(user: str = USER, key: bytes = TOKEN_KEY, lifetime: int = 600) -> str:
    """An access token that the server believes: a JWT, signed with its key."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": user, "iat": int(time.time()), "exp": int(time.time()) + lifetime})
    signed = ".".join(_url64(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_url64(hmac.digest(key, signed.encode(), 'sha256'))}"


def _url64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _write(server: Dovecot, folder: Path, mails: str, most: int, tokens: str) -> None:
    user = pwd.getpwuid(os.getuid())
    root = os.getuid() == 0
    owner = pwd.getpwnam("dovecot") if root else user
    certificates = trustme.CA()
    certificates.cert_pem.write_to_path(server.authority)
    made = certificates.issue_cert("localhost")
    made.private_key_pem.write_to_path(folder / "server.key")
    for number, blob in enumerate(made.cert_chain_pems):
        blob.write_to_path(folder / "server.pem", append=number > 0)
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (folder / "oauth2.conf").write_text(tokens.format(folder=folder))
    keys = folder / "keys" / "default" / "HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(b64encode(TOKEN_KEY))
    server.home.mkdir(exist_ok=True)
    config = CONFIG.format(
        folder=folder,
        run=folder / "run",
        mails=mails,
        most=most,
        internal=owner.pw_name,
        group="dovecot" if root else grp.getgrgid(user.pw_gid).gr_name,
        login="dovenull" if root else user.pw_name,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        plain=server.port,
        encrypted=server.encrypted_port,
    )
    (folder / "dovecot.conf").write_text(config)
    if root:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)


def _wait(server: Dovecot, running: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        assert running.poll() is None, (folder / "dovecot.err").read_text()
        try:
            with server.mailbox():
                return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
    raise AssertionError((folder / "dovecot.log").read_text())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
