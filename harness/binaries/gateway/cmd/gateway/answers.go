package main

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	log "github.com/sirupsen/logrus"
)

// An answer that the gateway gives in place of a backend.
type answer struct {
	status int
	kind   string
	text   string
}

// Gives the answer for a backend that gave none, and logs the cause.
func answerInPlace(request *http.Request, err error) answer {
	if isRefused(err) {
		id := requestID(request)
		log.Infof("No pod serves %s, request %q: %v", request.Host, id, err)
		return noPodServes(id)
	}
	log.Errorf("The backend of %s gave no answer that can be handed on: %v", request.Host, err)
	return answer{http.StatusBadGateway, "text/plain; charset=utf-8", http.StatusText(http.StatusBadGateway)}
}

// A Service without endpoints refuses connections: its ISP is suspended, or none of its pods is ready. The body has the
// form of the API's errors (docs/errors.md), so that clients need not know another.
func noPodServes(requestID string) answer {
	body, _ := json.Marshal(map[string]any{"error": map[string]any{
		"code":       "PROVIDER_UNAVAILABLE",
		"message":    "This provider is not served at this moment: it is suspended, or it starts. Try again later.",
		"details":    []string{},
		"request_id": requestID,
	}})
	return answer{http.StatusServiceUnavailable, "application/json; charset=utf-8", string(body)}
}

// The client's own id, or a new one.
func requestID(request *http.Request) string {
	if id := request.Header.Get("X-Request-Id"); id != "" {
		return id
	}
	return rand.Text()
}

func (given answer) response(request *http.Request) *http.Response {
	return &http.Response{
		StatusCode:    given.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{"Content-Type": {given.kind}, "Cache-Control": {"no-store"}},
		Body:          io.NopCloser(strings.NewReader(given.text)),
		ContentLength: int64(len(given.text)),
		Request:       request,
	}
}

func (given answer) write(writer http.ResponseWriter) {
	writer.Header().Set("Content-Type", given.kind)
	writer.Header().Set("Cache-Control", "no-store")
	writer.WriteHeader(given.status)
	_, _ = io.WriteString(writer, given.text)
}
