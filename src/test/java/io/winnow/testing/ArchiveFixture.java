package io.winnow.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Archives with whatever names and kinds of members a test wants. */
public final class ArchiveFixture {

    private static final int SYMBOLIC_LINK = 0120777;

    private ArchiveFixture() {}

    /**
     * @param kind as tar has them: {@code 0} a file, {@code 1} a hard link, {@code 2} a symbolic link, {@code 3} a device …
     * @param content of a file, or where a link points to
     */
    public record Member(String name, byte kind, byte[] content) {

        public static Member file(String name, byte[] content) {
            return new Member(name, TarConstants.LF_NORMAL, content);
        }

        public static Member link(String name, String target) {
            return new Member(name, TarConstants.LF_SYMLINK, target.getBytes());
        }
    }

    /** @param kind zip, tar or tar.gz */
    public static byte[] of(String kind, List<Member> members) throws IOException {
        return switch (kind) {
            case "zip" -> zip(members);
            case "tar" -> tar(members);
            default -> gzip(tar(members));
        };
    }

    public static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] tar(List<Member> members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (Member member : members) {
                boolean file = member.kind == TarConstants.LF_NORMAL;
                TarArchiveEntry entry = new TarArchiveEntry(member.name, member.kind, true);
                if (file) {
                    entry.setSize(member.content.length);
                } else {
                    entry.setLinkName(new String(member.content));
                }
                tar.putArchiveEntry(entry);
                if (file) {
                    tar.write(member.content);
                }
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] zip(List<Member> members) throws IOException {
        SeekableInMemoryByteChannel channel = new SeekableInMemoryByteChannel();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(channel)) {
            for (Member member : members) {
                ZipArchiveEntry entry = new ZipArchiveEntry(member.name);
                if (member.kind == TarConstants.LF_SYMLINK) {
                    entry.setUnixMode(SYMBOLIC_LINK);
                }
                zip.putArchiveEntry(entry);
                zip.write(member.content);
                zip.closeArchiveEntry();
            }
        }
        return java.util.Arrays.copyOf(channel.array(), (int) channel.size());
    }
}
