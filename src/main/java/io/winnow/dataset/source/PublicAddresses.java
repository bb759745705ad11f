package io.winnow.dataset.source;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Tells the addresses of the public internet from those that a request from outside must not reach through this service: of the
 * machine, its network, its cloud's metadata. By the special-purpose registries of IANA (RFC 6890).
 */
final class PublicAddresses {

    private static final List<Block> SPECIAL_4 = List.of(
            new Block("0.0.0.0", 8),
            new Block("10.0.0.0", 8),
            new Block("100.64.0.0", 10),
            new Block("127.0.0.0", 8),
            new Block("169.254.0.0", 16),
            new Block("172.16.0.0", 12),
            new Block("192.0.0.0", 24),
            new Block("192.0.2.0", 24),
            new Block("192.88.99.0", 24),
            new Block("192.168.0.0", 16),
            new Block("198.18.0.0", 15),
            new Block("198.51.100.0", 24),
            new Block("203.0.113.0", 24),
            new Block("224.0.0.0", 3));

    /** All of IPv6 that is in public use, and what of it is not, or leads to an IPv4 address that may be private. */
    private static final Block UNICAST_6 = new Block("2000::", 3);

    private static final List<Block> SPECIAL_6 = List.of(
            new Block("2001::", 23), new Block("2001:db8::", 32), new Block("2002::", 16), new Block("3fff::", 20));

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        // An IPv4 address in the clothes of an IPv6 one arrives as the former.
        if (address instanceof Inet4Address) {
            return SPECIAL_4.stream().noneMatch(block -> block.contains(address));
        }
        return UNICAST_6.contains(address) && SPECIAL_6.stream().noneMatch(block -> block.contains(address));
    }

    /** The addresses that share their first bits. */
    private record Block(byte[] start, int bits) {

        Block(String start, int bits) {
            this(bytes(start), bits);
        }

        private static byte[] bytes(String literal) {
            try {
                return InetAddress.getByName(literal).getAddress();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(literal, e);
            }
        }

        boolean contains(InetAddress address) {
            byte[] bytes = address.getAddress();
            boolean same = bytes.length == start.length;
            for (int i = 0; same && i < bits; i++) {
                int mask = 0x80 >> i % 8;
                same = (bytes[i / 8] & mask) == (start[i / 8] & mask);
            }
            return same;
        }
    }
}
