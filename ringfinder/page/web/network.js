"use strict";
(function () {
  const data = JSON.parse(document.getElementById("network-data").textContent);
  const box = document.getElementById("mynetwork");
  box.style.height = data.height;
  box.style.width = data.width;
  if (data.heading) {
    const heading = document.getElementById("heading");
    heading.textContent = data.heading;
    heading.hidden = false;
  }
  const network = new vis.Network(box, {
    nodes: new vis.DataSet(data.nodes),
    edges: new vis.DataSet(data.edges),
  }, data.options);
  network.once("afterDrawing", function () {
    document.documentElement.dataset.ready = "1";
  });
  network.fit();
})();
