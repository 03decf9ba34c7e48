"""Files that staff bring in, made by hand for tests of importing."""

import io
import zlib
from datetime import date
from typing import Any

from pypdf import PdfWriter

from inference.knowledge.importing.given import Given

TODAY = date(2026, 11, 23)
TEXT = (
    "강아지가 귀를 자꾸 털고 긁으면 귀 안이 붓거나 붉어졌을 수 있어요. "
    "냄새가 나거나 진물이 보이면 며칠 안에 진료를 예약해 주세요."
)
FREE = f"# 귀를 자주 터는 강아지\n\n{TEXT}\n\n## 집에서 볼 것\n\n* 냄새\n* **진물**\n"
OURS = f"""---
title: 귀를 자주 터는 강아지
category: ear
species: [dog, cat]
conditions:
  - ko: 외이염
    en: otitis externa
    synonyms: [귓병]
urgency: soon
sources:
  - publisher: MSD Veterinary Manual
    title: Otitis Externa
    year: 2024
    url: https://example.org/otitis
licence: 직접 작성
checked_at: 2026-01-01
expires_at: 2028-01-01
says: [귀를 긁어요, 귀에서 냄새나요]
---

## 이런 모습이에요

{TEXT}

## 지금 할 일

- 귀 안을 불빛으로 살펴봐 주세요.
"""


def given(**fields: Any) -> Given:
    told = {"publisher": "서울 동물병원", "title": "보호자 안내서", "licence": "허락받음"}
    return Given(**{"today": TODAY, **told, **fields})


def pdf_of(*pages: str) -> bytes:
    """A PDF in which these lines of any script are printed, a text a page."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"2 beginbfrange <0020> <007E> <0020> <AC00> <D7A3> <AC00> endbfrange\nendcmap end end"
    )
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /ToUnicode 4 0 R"
        " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font.encode(),
        stream(cmap),
    ]
    for number, page in enumerate(pages):
        shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in page.split("\n"))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(stream(f"BT /F1 12 Tf 14 TL 50 780 Td {shown} ET".encode()))
    return assembled(objects)


def unfolding_pdf(size: int = 200_000_000) -> bytes:
    """A small PDF whose one page unfolds into `size` bytes."""
    packed = zlib.compress(b" " * size, 9)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << >> >> >>",
            head + packed + b"\nendstream",
        ]
    )


def blank_pdf(pages: int = 1, password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _number in range(pages):
        writer.add_blank_page(width=595, height=842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def stream(data: bytes) -> bytes:
    return f"<< /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def assembled(objects: list[bytes]) -> bytes:
    """The numbered objects with the table of where they lie."""
    out = b"%PDF-1.7\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + head.encode() + tail.encode()
