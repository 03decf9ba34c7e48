"""A client of Dr. 마음 in forty lines: sign in, ask, read the answer as it is written.

pip install httpx2 websockets
python docs/client.py http://localhost:8000 owner@example.com PASSWORD "강아지가 설사를 해요"
"""

import asyncio
import json
import sys

import httpx2
import websockets


async def main(address: str, email: str, password: str, question: str) -> None:
    async with httpx2.AsyncClient(base_url=f"{address}/api/v1", timeout=30) as http:

        async def post(path: str, body: dict) -> dict:
            answer = await http.post(path, json=body)
            if answer.is_error:
                sys.exit(answer.json()["message"])
            return answer.json()

        tokens = await post("/auth/login", {"email": email, "password": password})
        http.headers["Authorization"] = f"Bearer {tokens['access']}"
        pets = (await http.get("/pets")).json()["results"]
        consultation = (await post("/consultations", {"pet": pets[0]["id"]}))["id"]
        ticket = (await post("/chat/ticket", {}))["ticket"]
        socket_address = f"{address.replace('http', 'ws', 1)}/ws/v1/consultations/{consultation}/"
        async with websockets.connect(socket_address, subprotocols=[f"ticket.{ticket}"]) as socket:
            await socket.send(json.dumps({"type": "resume", "after": 0}))
            await post("/chat/send", {"consultation": consultation, "text": question})
            async for frame in socket:
                event = json.loads(frame)
                if event["type"] == "triage" and event["urgency"] in ("emergency", "urgent"):
                    print("!", *event["why"], *event["now"], sep="\n  ")
                elif event["type"] == "reply.delta":
                    print(event["text"], end="", flush=True)
                elif event["type"] in ("reply.done", "reply.failed"):
                    print("\n")
                    return


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
