-- Each request is a different delivery: a payload with its own id and a signature computed beforehand. Arguments: the
-- folder, the number before the first delivery, and "examples" to send GitHub's published payloads in turn instead.
local templates, signed, examples, turn = {}, {}, nil, 0

local function lines(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end

function init(arguments)
  local folder = arguments[1]
  for kind, line in ipairs(lines(folder .. "/templates")) do
    local event, head, middle, tail = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    templates[kind] = { event = event, head = head, middle = middle, tail = tail }
  end
  signed = lines(folder .. "/signed")
  turn = tonumber(arguments[2] or 0)
  if arguments[3] == "examples" then examples = lines(folder .. "/examples") end
  wrk.method = "POST"
end

function request()
  turn = turn + 1
  if examples then
    return delivery(examples[turn % #examples + 1]:match("^(.-)\t(.-)\t(.*)$"))
  end
  local kind, repository, id, signature = signed[turn % #signed + 1]:match("^(%d) (%d+) (%d+) (%x+)$")
  local template = templates[tonumber(kind)]
  return delivery(template.event, signature, template.head .. id .. template.middle .. repository .. template.tail)
end

function delivery(event, signature, body)
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["User-Agent"] = "GitHub-Hookshot/044aadd"
  wrk.headers["X-GitHub-Event"] = event
  wrk.headers["X-GitHub-Delivery"] = string.format("72d3162e-cc78-11e3-81ab-%012d", turn)
  wrk.headers["X-GitHub-Hook-ID"] = "514"
  wrk.headers["X-GitHub-Hook-Installation-Target-Type"] = "integration"
  wrk.headers["X-GitHub-Hook-Installation-Target-ID"] = "4711"
  wrk.headers["X-Hub-Signature-256"] = "sha256=" .. signature
  return wrk.format(nil, nil, nil, body)
end

function done(summary, latency)
  io.write(string.format("\n{\"requests\": %d, \"seconds\": %f, \"bad\": %d, \"p50\": %f, \"p99\": %f}\n",
    summary.requests, summary.duration / 1e6, summary.errors.status + summary.errors.timeout + summary.errors.read,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
