// A document goes through the gate, from Java: checked, cleared, the clearance verified offline, issued. Java 17, no library.
//
//     java GateClient.java http://127.0.0.1:8750 KEY document.json DRAFTER REVIEWER SIGNER [NUMBER] [AS-OF]
//
// Names are written in the encoding of the locale: use one of UTF-8.
//
// Exit code 0: issued; the receipt is printed. 3: held, or refused; the reasons are printed. 1: anything else, also that
// the sidecar does not answer: then nothing may be issued.

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public final class GateClient {
    private static final int ATTEMPTS = 5;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;
    private final String key;

    private GateClient(String url, String key) {
        this.url = url;
        this.key = key;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 6) {
            System.err.println("usage: GateClient URL KEY document.json DRAFTER REVIEWER SIGNER [NUMBER] [AS-OF]");
            System.exit(1);
        }
        var gate = new GateClient(arguments[0], arguments[1]);
        String document;
        try {
            document = Files.readString(Path.of(arguments[2]));
        } catch (IOException | InvalidPathException unreadable) {
            System.out.println("cannot be read as UTF-8: " + arguments[2] + " (" + unreadable + ")");
            System.exit(1);
            return;
        }
        String decision = "{\"drafter\":%s,\"reviewer\":%s,\"signer\":%s}".formatted(
            quoted(arguments[3]), quoted(arguments[4]), quoted(arguments[5]));
        String number = arguments.length > 6 ? arguments[6] : "";
        String asOf = arguments.length > 7 ? arguments[7] : LocalDate.now().toString();
        try {
            // The same document on the same day is the same request: asked again after a crash, it is answered as before.
            String named = sha256(document + asOf + decision + number);

            String determination = gate.post("/v1/checks", "check-" + named,
                "{\"document\":%s,\"as_of\":%s}".formatted(document, quoted(asOf)));
            System.out.println("checked: " + text(determination, "label") + " " + text(determination, "determination_id"));
            if (text(determination, "status") == null) {
                System.out.println("held: " + determination);
                System.exit(3);
            }

            String cleared = gate.post("/v1/clearances", "clear-" + named,
                "{\"document\":%s,\"determination\":%s,\"decision\":%s}".formatted(document, determination, decision));
            String token = text(cleared, "token");
            String said = verified(token, gate.get("/.well-known/jwks.json"));
            System.out.println("cleared, and verified with the public key alone: " + text(said, "clearance_id"));

            String receipt = gate.post("/v1/issues", "issue-" + sha256(token + number),
                "{\"document\":%s,\"token\":%s,\"number\":%s,\"issued_on\":%s}".formatted(
                    document, quoted(token), quoted(number), quoted(asOf)));
            System.out.println("issued: " + receipt);
        } catch (Refused refused) {
            System.out.println("refused: " + refused.getMessage());
            System.exit(3);
        } catch (IOException away) {
            System.out.println("the gate does not answer, nothing is issued: " + away);
            System.exit(1);
        }
    }

    /** The gate said no; its problem (RFC 9457) is the message. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String problem) {
            super(problem);
        }
    }

    private String get(String path) throws IOException, InterruptedException, Refused {
        return sent(HttpRequest.newBuilder(URI.create(url + path)).GET());
    }

    /** Sends a request again, under the same key, until it is answered: what was done is not done twice. */
    private String post(String path, String requestKey, String body) throws IOException, InterruptedException, Refused {
        return sent(HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", requestKey)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
    }

    private String sent(HttpRequest.Builder request) throws IOException, InterruptedException, Refused {
        IOException last = new IOException("no attempt was made");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                HttpResponse<String> answer = http.send(request.timeout(Duration.ofSeconds(30)).build(),
                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                if (answer.statusCode() / 100 == 2) {
                    return answer.body();
                }
                boolean running = answer.body().contains("E-REQUEST-RUNNING"); // an earlier attempt of ours
                if (answer.statusCode() / 100 == 4 && answer.statusCode() != 429 && !running) {
                    throw new Refused(answer.body());
                }
                last = new IOException("answered with " + answer.statusCode());
            } catch (IOException away) {
                last = away;
            }
            Thread.sleep(100L << attempt);
        }
        throw last;
    }

    /** What a compact JWS (EdDSA) says; throws unless a key of the set signed exactly it. */
    private static String verified(String token, String jwks) throws GeneralSecurityException, Refused {
        String[] parts = token.split("\\.");
        String header = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
        String wanted = text(header, "kid");
        Matcher keys = Pattern.compile("\\{[^{}]*\\}").matcher(jwks.substring(jwks.indexOf('[')));
        while (keys.find()) {
            String candidate = keys.group();
            if (!wanted.equals(text(candidate, "kid")) || !"EdDSA".equals(text(header, "alg"))) {
                continue;
            }
            byte[] raw = Base64.getUrlDecoder().decode(text(candidate, "x"));
            boolean odd = (raw[raw.length - 1] & 0x80) != 0;
            raw[raw.length - 1] &= 0x7f;
            for (int low = 0, high = raw.length - 1; low < high; low++, high--) {
                byte kept = raw[low];
                raw[low] = raw[high];
                raw[high] = kept;
            }
            var point = new EdECPoint(odd, new BigInteger(1, raw));
            var signature = Signature.getInstance("Ed25519");
            signature.initVerify(KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point)));
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            if (signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
                return new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            }
        }
        throw new Refused("the clearance is not signed by any of the gate's keys");
    }

    /** The first text member of this name, or null. Enough for the answers read here; use a JSON library for more. */
    private static String text(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*)\"").matcher(json);
        return found.find() ? found.group(1) : null;
    }

    private static String quoted(String value) {
        var written = new StringBuilder("\"");
        for (char each : value.toCharArray()) {
            if (each == '"' || each == '\\') {
                written.append('\\').append(each);
            } else if (each < ' ') {
                written.append("\\u%04x".formatted((int) each));
            } else {
                written.append(each);
            }
        }
        return written.append('"').toString();
    }

    private static String sha256(String value) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)));
    }
}
