"""The services that hand out credentials, on one loopback port, and an S3 that remembers who asked.

Each of them checks what it is asked with as the real one does: signatures, tokens, sessions.
"""

import hmac
import http.server
import json
import re
import threading
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FAR = "2040-01-01T00:00:00Z"
SECRETS = {"AKIASOURCE": "source-secret", "ASIAINSTANCE": "instance-secret", "ASIACONTAINER": "container-secret",
           "ASIAFIRSTROLE": "first-secret", "ASIASSO": "sso-secret"}
ROLES = {"arn:aws:iam::1:role/first": ("ASIAFIRSTROLE", "first-secret"),
         "arn:aws:iam::1:role/second": ("ASIASECONDROLE", "second-secret")}


class Services(http.server.ThreadingHTTPServer):
    """`asked_s3` has the key ids of requests to S3, `asked` the kinds of the others."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked_s3, self.asked, self.fields = [], [], {}
        self.sso_tokens = {"sso-token"}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body="", **headers):
        data = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def signer(self, body):
        """The key id of a request whose signature is right, by botocore's own signer; None for any other."""
        match = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request, "
                             r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})", self.headers.get("Authorization", ""))
        if not match or match[1] not in SECRETS:
            return None
        request = AWSRequest(self.command, self.server.url + self.path, data=body,
                             headers={name: self.headers[name] for name in match[4].split(";")})
        request.context["timestamp"] = self.headers["x-amz-date"]
        auth = SigV4Auth(Credentials(match[1], SECRETS[match[1]]), match[3], match[2])
        wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        return match[1] if hmac.compare_digest(wanted, match[5]) else None

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        if path.path == "/federation/credentials":
            return self.single_sign_on(dict(urllib.parse.parse_qsl(path.query)))
        if path.path == "/container":
            self.server.asked.append("container")
            if self.headers.get("Authorization") != "container-token":
                return self.answer(403)
            return self.answer(200, json.dumps({"AccessKeyId": "ASIACONTAINER", "SecretAccessKey": "container-secret",
                                                "Token": "t", "Expiration": FAR, "RoleArn": "r"}))
        if path.path.startswith("/latest/meta-data/iam/security-credentials/"):
            self.server.asked.append("instance")
            if self.headers.get("X-aws-ec2-metadata-token") != "metadata-token":
                return self.answer(401)
            if path.path.endswith("/"):
                return self.answer(200, "the-role")
            return self.answer(200, json.dumps({"Code": "Success", "AccessKeyId": "ASIAINSTANCE", "Token": "t",
                                                "SecretAccessKey": "instance-secret", "Expiration": FAR,
                                                "LastUpdated": FAR, "Type": "AWS-HMAC"}))
        return self.s3()

    def do_HEAD(self):
        self.s3()

    def s3(self):
        match = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        self.server.asked_s3.append(match[1] if match else None)
        self.answer(200, "", ETag='"e"', Last_Modified="Sun, 22 Nov 2026 14:00:00 GMT")

    def do_PUT(self):
        if self.path != "/latest/api/token" or not self.headers.get("X-aws-ec2-metadata-token-ttl-seconds"):
            return self.answer(404)
        return self.answer(200, "metadata-token", X_aws_ec2_metadata_token_ttl_seconds="21600")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            return self.renew(json.loads(body))
        fields = dict(urllib.parse.parse_qsl(body.decode()))
        self.server.fields = fields
        action = fields.get("Action", "")
        self.server.asked.append(action)
        if action == "AssumeRole":
            allowed = self.signer(body) is not None
        else:
            allowed = fields.get("WebIdentityToken", "").strip() == "web-token"
        if not allowed or fields.get("RoleArn") not in ROLES:
            return self.answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
                                    "</ErrorResponse>")
        key, secret = ROLES[fields["RoleArn"]]
        return self.answer(200, f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
                                f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}"
                                f"</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{FAR}</Expiration>"
                                f"</Credentials><AssumedRoleUser><Arn>a</Arn><AssumedRoleId>i</AssumedRoleId>"
                                f"</AssumedRoleUser></{action}Result></{action}Response>", Content_Type="text/xml")

    def single_sign_on(self, query):
        self.server.asked.append("sso")
        if self.headers.get("x-amz-sso_bearer_token") not in self.server.sso_tokens:
            return self.answer(401, json.dumps({"message": "Session token not found or invalid"}))
        if query != {"account_id": "123456789012", "role_name": "Reader"}:
            return self.answer(403, json.dumps({"message": "No access"}))
        return self.answer(200, json.dumps({"roleCredentials": {
            "accessKeyId": "ASIASSO", "secretAccessKey": "sso-secret", "sessionToken": "t",
            "expiration": 2208988800000}}), Content_Type="application/json")

    def renew(self, body):
        self.server.asked.append("renew")
        if (body.get("grantType"), body.get("clientId"), body.get("clientSecret"), body.get("refreshToken")) != (
                "refresh_token", "client", "client-secret", "refresh"):
            return self.answer(400, json.dumps({"error": "invalid_grant"}), Content_Type="application/json")
        self.server.sso_tokens = {"renewed-token"}
        return self.answer(200, json.dumps({"accessToken": "renewed-token", "expiresIn": 28800, "tokenType": "Bearer",
                                            "refreshToken": "refresh-2"}), Content_Type="application/json")
