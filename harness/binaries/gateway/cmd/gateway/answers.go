package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"

	log "github.com/sirupsen/logrus"
)

// An answer that the gateway gives in place of a backend.
type answer struct {
	status int
	header http.Header
	text   string
}

// As the API says in its own 503; a pod that starts needs some seconds.
const retryAfterSeconds = "5"

// Gives the answer for a backend that gave none, and logs the cause.
func answerInPlace(request *http.Request, err error) answer {
	if isRefused(err) {
		id := requestID(request)
		log.Infof("No pod serves %s, request %q: %v", request.Host, id, err)
		return noPodServes(id)
	}
	log.Errorf("The backend of %s gave no answer that can be handed on: %v", request.Host, err)
	return answer{http.StatusBadGateway, headerOf("text/plain; charset=utf-8"), http.StatusText(http.StatusBadGateway)}
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
	header := headerOf("application/json; charset=utf-8")
	header.Set("Retry-After", retryAfterSeconds)
	return answer{http.StatusServiceUnavailable, header, string(body)}
}

func headerOf(contentType string) http.Header {
	return http.Header{"Content-Type": {contentType}, "Cache-Control": {"no-store"}}
}

// The client's own id, or a new one.
func requestID(request *http.Request) string {
	if id := request.Header.Get("X-Request-Id"); id != "" {
		return id
	}
	return randomUUID()
}

// A UUID of version 4 (RFC 9562, 5.4), as the ids of the API's own answers.
func randomUUID() string {
	var id [16]byte
	_, _ = rand.Read(id[:])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

func (given answer) response(request *http.Request) *http.Response {
	return &http.Response{
		StatusCode:    given.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        given.header,
		Body:          io.NopCloser(strings.NewReader(given.text)),
		ContentLength: int64(len(given.text)),
		Request:       request,
	}
}

func (given answer) write(writer http.ResponseWriter) {
	maps.Copy(writer.Header(), given.header)
	writer.WriteHeader(given.status)
	_, _ = io.WriteString(writer, given.text)
}
