"use strict";
// What an OA adds: an id for the paper, and who reviewed it, as its own workflow knows.
const paper = document.getElementById("paper");
const status = paper.querySelector("disclosure-status");
paper.elements.id.value = "oa-" + crypto.randomUUID();
status.setAttribute("document-id", paper.elements.id.value);
document.getElementById("clear").addEventListener("click", async () => {
  try {
    await status.clear({
      drafter: "拟稿人", reviewer: "审核人", signer: "签发人", secrecy_review: "passed", secrecy_reviewer: "保密办",
    });
    document.getElementById("told").textContent = "已取得放行凭证，可以发出。";
  } catch {
    document.getElementById("told").textContent = "未取得放行凭证，原因见上。";
  }
});
