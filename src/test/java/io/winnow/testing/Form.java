package io.winnow.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A form of several parts, as {@code multipart/form-data} has it byte by byte. */
public final class Form {

    public static final String BOUNDARY = "----form-of-a-test";
    public static final String TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public Form text(String name, String text) {
        return part(name, null, text.getBytes(StandardCharsets.UTF_8));
    }

    public Form file(String name, String fileName, byte[] content) {
        return part(name, fileName, content);
    }

    private Form part(String name, @Nullable String fileName, byte[] content) {
        String file = fileName == null ? "" : "; filename=\"" + fileName + "\"";
        write("--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n".formatted(BOUNDARY, name, file));
        bytes.writeBytes(content);
        write("\r\n");
        return this;
    }

    private void write(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toBytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes.toByteArray());
        whole.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return whole.toByteArray();
    }
}
