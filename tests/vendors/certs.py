"""A certificate authority, certificates good and bad, and a service account, made at every start.

Made with the openssl program: nothing secret is kept in the tree, and a test's keys are nobody
else's. Signatures of RSA with SHA-256 are verified in Python, by arithmetic.
"""
import hashlib
import json
import os
import ssl
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor

NAMES = (
    "localhost",
    "*.localhost",
    "oauth2.googleapis.com",
    "speech.googleapis.com",
    "eu-speech.googleapis.com",
    "us-speech.googleapis.com",
    "texttospeech.googleapis.com",
    "eu-texttospeech.googleapis.com",
    "sheets.googleapis.com",
    "api.anthropic.com",
    "api.openai.com",
    "api.telegram.org",
)
GOOD_SAN = ",".join(["DNS:" + n for n in NAMES] + ["IP:127.0.0.1", "IP:::1"])
KINDS = ("good", "wronghost", "expired", "otherca")

CA_CONF = """[ca]
default_ca = it
[it]
dir = .
new_certs_dir = .
database = {kind}.index
serial = {kind}.serial
certificate = {ca}.pem
private_key = {ca}.key
default_md = sha256
policy = any
rand_serial = yes
[any]
commonName = supplied
[san]
subjectAltName = {san}
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
"""
ROOT = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
# SHA-256 in PKCS#1 v1.5: DigestInfo up to the digest itself.
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Certs:
    """Everything a client must have, in one folder: ca.pem, credentials.json; and the contexts."""

    def __init__(self, folder):
        self.folder = folder
        with ThreadPoolExecutor(2) as pool:
            account = pool.submit(self._make_account_key)
            self._make_certificates()
            account.result()
        self.ca = os.path.join(folder, "ca.pem")
        self.contexts = {kind: self._context(kind) for kind in KINDS}

    def _openssl(self, *args):
        ran = subprocess.run(
            ["openssl", *args],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if ran.returncode != 0:
            raise RuntimeError("openssl %s: %s" % (args[0], ran.stderr.decode()[-400:]))
        return ran.stdout

    def _make_root(self, name):
        self._openssl(
            "req",
            "-x509",
            *EC,
            *ROOT,
            "-subj",
            "/CN=holos test CA " + name,
            "-days",
            "2",
            "-keyout",
            name + ".key",
            "-out",
            name + ".pem"
        )

    def _make_certificates(self):
        self._make_root("ca")
        self._make_root("otherca")
        self._openssl(
            "req",
            "-new",
            *EC,
            "-subj",
            "/CN=stand-ins",
            "-keyout",
            "server.key",
            "-out",
            "server.csr"
        )
        for kind in KINDS:
            self._sign(kind)

    def _sign(self, kind):
        conf = CA_CONF.format(
            kind=kind,
            ca="otherca" if kind == "otherca" else "ca",
            san="DNS:elsewhere.example" if kind == "wronghost" else GOOD_SAN,
        )
        with open(os.path.join(self.folder, kind + ".conf"), "w", encoding="ascii") as f:
            f.write(conf)
        with open(os.path.join(self.folder, kind + ".index"), "w", encoding="ascii"):
            pass
        end = "20200201000000Z" if kind == "expired" else "20990101000000Z"
        self._openssl(
            "ca",
            "-batch",
            "-notext",
            "-config",
            kind + ".conf",
            "-extensions",
            "san",
            "-startdate",
            "20200101000000Z",
            "-enddate",
            end,
            "-in",
            "server.csr",
            "-out",
            "server-%s.pem" % kind,
        )

    def _context(self, kind):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(
            os.path.join(self.folder, "server-%s.pem" % kind),
            os.path.join(self.folder, "server.key"),
        )
        return context

    def _make_account_key(self):
        self._openssl(
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            "account.key",
        )
        modulus = self._openssl("rsa", "-in", "account.key", "-noout", "-modulus").decode()
        self.modulus = int(modulus.partition("=")[2], 16)

    def make_account(self, token_uri):
        """Writes credentials.json, which sends its holder to this token server."""
        with open(os.path.join(self.folder, "account.key"), encoding="ascii") as f:
            pem = f.read()
        self.email = "caller@holos-test.iam.gserviceaccount.com"
        self.project = "holos-test"
        account = {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": uuid.uuid4().hex,
            "private_key": pem,
            "client_email": self.email,
            "client_id": "100000000000000000001",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }
        self.key_id = account["private_key_id"]
        self.credentials = os.path.join(self.folder, "credentials.json")
        with open(self.credentials, "w", encoding="ascii") as f:
            json.dump(account, f, indent=2)
        os.chmod(self.credentials, 0o600)

    def signed(self, data, signature):
        """Did the account's key sign this (RSASSA-PKCS1-v1_5 with SHA-256)?"""
        size = (self.modulus.bit_length() + 7) // 8
        if len(signature) != size:
            return False
        plain = pow(int.from_bytes(signature, "big"), 65537, self.modulus).to_bytes(size, "big")
        end = SHA256_INFO + hashlib.sha256(data).digest()
        return plain == b"\0\1" + b"\xff" * (size - len(end) - 3) + b"\0" + end
