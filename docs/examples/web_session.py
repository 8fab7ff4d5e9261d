"""What `eventdemo serve` prints when it starts, and how it answers a few requests. Secrets and the port are hidden."""

import json
import re
import subprocess
import sys

import httpx

SERVE = [sys.executable, "-m", "eventdemo", "serve", "--port", "0"]


def show(request: str, response: httpx.Response) -> None:
    answer = response.json()
    if "access_token" in answer:
        answer["access_token"] = "..."  # noqa: S105 - hidden
    print(f"{request:<33} {response.status_code} {json.dumps(answer, sort_keys=True):.90}")


with subprocess.Popen(SERVE, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own program
    assert server.stdout is not None
    lines = [server.stdout.readline() for _ in range(5)]
    address = lines[0].split()[1].removesuffix("/docs")
    username, password = re.findall(r"Log in as (\S+) \(user\) with the password (\S+)", lines[3])[0]
    print(*[re.sub(r"(?<=password )\S+|(?<=X-API-Key: )\S+|(?<=:)\d+", "...", line) for line in lines], sep="")

    with httpx.Client(base_url=address, trust_env=False) as web:
        show("GET /users/3, without a session", web.get("/users/3"))
        login = web.post("/auth/login", json={"username": username, "password": password})
        show("POST /auth/login, as user 3", login)
        web.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        show("PUT /users/3", web.put("/users/3", json={"full_name": "Ada"}))
        show("GET /users/4, another user", web.get("/users/4"))
        show("DELETE /users/3, for admins", web.delete("/users/3"))
        show("POST /auth/logout-mobile", web.post("/auth/logout-mobile"))
        show("GET /users/3, after the logout", web.get("/users/3"))
    server.terminate()
