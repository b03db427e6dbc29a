"""Whose credentials a request carries: the same as botocore's, for every way that AWS's tools know."""

import datetime
import hashlib
import json
import os
import subprocess
import sys

import pytest

from aws_services import Services
from gateway import Driver

PROFILES = """
[default]
region = us-east-1
[profile source]
aws_access_key_id = AKIASOURCE
aws_secret_access_key = source-secret
[profile role]
role_arn = arn:aws:iam::1:role/first
source_profile = source
external_id = outside
role_session_name = night
duration_seconds = 1800
[profile chained]
role_arn = arn:aws:iam::1:role/second
source_profile = role
[profile own]
role_arn = arn:aws:iam::1:role/first
source_profile = own
aws_access_key_id = AKIASOURCE
aws_secret_access_key = source-secret
[profile by_environment]
role_arn = arn:aws:iam::1:role/first
credential_source = Environment
[profile by_instance]
role_arn = arn:aws:iam::1:role/first
credential_source = Ec2InstanceMetadata
[profile by_container]
role_arn = arn:aws:iam::1:role/first
credential_source = EcsContainer
[profile web]
role_arn = arn:aws:iam::1:role/second
web_identity_token_file = {folder}/token
[profile signed_in]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Reader
[profile signed_in_old]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Reader
[profile role_of_signed_in]
role_arn = arn:aws:iam::1:role/second
source_profile = signed_in
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
[profile circle]
role_arn = arn:aws:iam::1:role/first
source_profile = circle2
[profile circle2]
role_arn = arn:aws:iam::1:role/first
source_profile = circle
[profile nobody]
role_arn = arn:aws:iam::1:role/first
[profile strange]
role_arn = arn:aws:iam::1:role/first
credential_source = Elsewhere
[profile device]
role_arn = arn:aws:iam::1:role/first
source_profile = source
mfa_serial = arn:aws:iam::1:mfa/me
[profile long]
role_arn = arn:aws:iam::1:role/first
source_profile = source
duration_seconds = 60
[profile denied]
role_arn = arn:aws:iam::1:role/none
source_profile = source
[profile empty_source]
role_arn = arn:aws:iam::1:role/first
source_profile = nothing_in_it
[profile nothing_in_it]
region = us-east-1
[profile lost_session]
sso_session = lost
sso_account_id = 1
sso_role_name = R
[profile half_signed_in]
sso_session = corp
sso_role_name = Reader
"""


@pytest.fixture
def services():
    running = Services()
    yield running
    running.close()


class Home:
    """A person's home with AWS's files, and the variables that lead to them and to the services."""

    def __init__(self, folder, services):
        self.folder = folder
        self.cache = folder / ".aws" / "sso" / "cache"
        self.cache.mkdir(parents=True)
        (folder / ".aws" / "config").write_text(PROFILES.replace("{folder}", str(folder)))
        (folder / "token").write_text("web-token\n")
        self.variables = {
            "HOME": str(folder), "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
            "AWS_ENDPOINT_URL_STS": services.url, "AWS_ENDPOINT_URL_SSO": services.url,
            "AWS_ENDPOINT_URL_SSO_OIDC": services.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": services.url,
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_MAX_ATTEMPTS": "1"}
        self.services = services

    def token(self, name="corp", minutes=600, **more):
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        file = self.cache / (hashlib.sha1(name.encode()).hexdigest() + ".json")
        file.write_text(json.dumps({"accessToken": "sso-token", "expiresAt": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
                                    "startUrl": "https://corp.awsapps.com/start", "region": "us-east-1", **more}))
        return file

    def ours(self, **more) -> str:
        """The key id that a request to S3 came with."""
        driver = Driver(self.services.url, **{**self.variables, **more})
        driver.do("stat", "s3://data/x")
        driver.close()
        return self.services.asked_s3[-1]

    def error(self, **more) -> dict:
        driver = Driver(self.services.url, **{**self.variables, **more})
        error = driver.fail("stat", "s3://data/x")
        driver.close()
        assert not any(secret in error["error"] for secret in ("-secret", "sso-token", "web-token", "container-token"))
        return error

    def botocores(self, **more) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        code = ("import botocore.session; "
                "print(botocore.session.Session().get_credentials().get_frozen_credentials().access_key)")
        variables = {name: value for name, value in {**self.variables, **more}.items() if value}
        done = subprocess.run([sys.executable, "-c", code], env={**kept, "AWS_DEFAULT_REGION": "us-east-1", **variables},
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def home(tmp_path, services):
    return Home(tmp_path, services)


KEYS = {"AWS_ACCESS_KEY_ID": "AKIASOURCE", "AWS_SECRET_ACCESS_KEY": "source-secret"}
CONTAINER = {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-token"}


@pytest.mark.parametrize("variables, key", [
    (KEYS, "AKIASOURCE"),
    ({"AWS_PROFILE": "source"}, "AKIASOURCE"),
    ({"AWS_PROFILE": "role"}, "ASIAFIRSTROLE"),
    ({"AWS_PROFILE": "chained"}, "ASIASECONDROLE"),
    ({"AWS_PROFILE": "own"}, "ASIAFIRSTROLE"),
    ({"AWS_PROFILE": "by_instance"}, "ASIAFIRSTROLE"),
    ({"AWS_PROFILE": "by_container", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container", **CONTAINER},
     "ASIAFIRSTROLE"),
    ({"AWS_PROFILE": "web"}, "ASIASECONDROLE"),
    ({"AWS_PROFILE": "signed_in"}, "ASIASSO"),
    ({"AWS_PROFILE": "signed_in_old"}, "ASIASSO"),
    ({"AWS_PROFILE": "role_of_signed_in"}, "ASIASECONDROLE"),
    ({"AWS_WEB_IDENTITY_TOKEN_FILE": "{folder}/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/first"}, "ASIAFIRSTROLE"),
    ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container", **CONTAINER}, "ASIACONTAINER"),
    ({}, "ASIAINSTANCE"),
])
def test_a_request_carries_the_key_that_botocore_would_take(home, variables, key):
    home.token()
    home.token("https://corp.awsapps.com/start")
    filled = {name: value.replace("{url}", home.services.url).replace("{folder}", str(home.folder))
              for name, value in variables.items()}
    assert home.ours(**filled) == key
    assert home.botocores(**filled) == key


def test_a_role_is_asked_for_as_the_profile_says(home):
    home.ours(AWS_PROFILE="role")
    fields = home.services.fields
    assert (fields["RoleSessionName"], fields["ExternalId"], fields["DurationSeconds"]) == ("night", "outside", "1800")
    home.ours(AWS_PROFILE="own")
    assert home.services.fields["RoleSessionName"] == "tenon" and "ExternalId" not in home.services.fields


def test_keys_of_the_environment_come_before_a_profile(home):
    for profile in ("by_environment", "signed_in", "circle"):
        assert home.ours(AWS_PROFILE=profile, **KEYS) == "AKIASOURCE"
    assert home.botocores(AWS_PROFILE="by_environment", **KEYS) == "AKIASOURCE"
    assert home.services.asked == []


def test_an_ended_token_of_single_sign_on_is_renewed_and_kept(home):
    file = home.token(minutes=-1, refreshToken="refresh", clientId="client", clientSecret="client-secret",
                      registrationExpiresAt="2040-01-01T00:00:00Z")
    assert home.ours(AWS_PROFILE="signed_in") == "ASIASSO"
    assert home.services.asked == ["renew", "sso"]
    kept = json.loads(file.read_text())
    assert (kept["accessToken"], kept["refreshToken"], kept["startUrl"]) == (
        "renewed-token", "refresh-2", "https://corp.awsapps.com/start")
    assert file.stat().st_mode & 0o077 == 0
    assert [each.name for each in home.cache.iterdir()] == [file.name]
    assert home.ours(AWS_PROFILE="signed_in") == "ASIASSO"  # By the kept token, unrenewed.
    assert home.services.asked == ["renew", "sso", "sso"]
    assert home.botocores(AWS_PROFILE="signed_in") == "ASIASSO"


@pytest.mark.parametrize("token, words", [
    (None, "Nobody has signed in: profile=signed_in"),
    ({"minutes": -1}, "Token of single sign-on has ended: profile=signed_in"),
    ({"minutes": -1, "refreshToken": "other", "clientId": "client", "clientSecret": "client-secret",
      "registrationExpiresAt": "2040-01-01T00:00:00Z"}, "Token of single sign-on is not renewed: profile=signed_in"),
    ({"accessToken": "unknown"}, "Token of single sign-on is not accepted: profile=signed_in"),
    ({"accessToken": ""}, "Token of single sign-on cannot be understood: profile=signed_in"),
])
def test_without_a_good_token_the_command_that_signs_in_is_told(home, token, words):
    if token is not None:
        home.token(**token)
    error = home.error(AWS_PROFILE="signed_in")
    assert words in error["error"] and error["number"] == 5010, error
    assert error["hint"] == "Run aws sso login --profile signed_in."


@pytest.mark.parametrize("profile, words", [
    ("circle", "Profiles name each other in a circle: profile=circle2 setting=source_profile"),
    ("nobody", "Profile names a role and not who takes it: profile=nobody setting=role_arn"),
    ("strange", "Source of credentials is not known: profile=strange setting=credential_source"),
    ("device", "Role asks for a code of a device, which a job has not: profile=device setting=mfa_serial"),
    ("long", "Duration is no number from 900 to 43200: profile=long setting=duration_seconds"),
    ("denied", "Role is not given: role=arn:aws:iam::1:role/none source=role taken by profile=source status=403 "
               "code=AccessDenied"),
    ("by_environment", "What the profile names has no credentials: profile=by_environment setting=credential_source"),
    ("empty_source", "What the profile names has no credentials: profile=empty_source setting=source_profile"),
    ("lost_session", "Session of single sign-on is not there: sso_session=lost"),
    ("half_signed_in", "Profile of single sign-on lacks a setting: profile=half_signed_in setting=sso_account_id"),
])
def test_a_profile_that_cannot_be_followed_is_told_with_its_setting(home, profile, words):
    error = home.error(AWS_PROFILE=profile)
    assert words in error["error"] and error["number"] == 5010, error
    assert home.services.asked_s3 == []


def test_a_container_far_away_is_not_asked_in_the_clear(home):
    error = home.error(AWS_CONTAINER_CREDENTIALS_FULL_URI="http://example.com/container", **CONTAINER)
    assert "neither https nor of this machine: url=http://example.com/container" in error["error"]
    error = home.error(AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1.example.com/c", **CONTAINER)
    assert "neither https nor of this machine" in error["error"]


def test_a_container_that_refuses_is_no_reason_to_be_somebody_else(home):
    error = home.error(AWS_CONTAINER_CREDENTIALS_FULL_URI=home.services.url + "/container",
                       AWS_CONTAINER_AUTHORIZATION_TOKEN="wrong")
    assert "Container gives no credentials: status=403" in error["error"] and home.services.asked == ["container"]
