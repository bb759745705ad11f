package io.winnow.dynamics;

import io.winnow.surrogate.TangentKernel;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.jspecify.annotations.Nullable;

/**
 * The eigenvalues λ₁ ≥ λ₂ ≥ … of a tangent kernel in a few numbers.
 *
 * @param trace Σ λ
 * @param norm √(Σ λ²), the Frobenius norm
 * @param largest the first eigenvalues, descending, at most {@link #LARGEST}
 * @param effectiveRank (Σ λ)² / Σ λ²: of how many equal eigenvalues a kernel would have this trace and norm; null for a kernel
 *     that is zero
 * @param directionsOf90Percent how many of the largest eigenvalues make up nine tenths of the trace
 */
record KernelSpectrum(
        double trace,
        double norm,
        double[] largest,
        @Nullable Double effectiveRank,
        int directionsOf90Percent) {

    /** How many eigenvalues are told. */
    static final int LARGEST = 10;

    private static final double MOST = 0.9;

    /** The summary of a kernel of one sample at least. */
    static KernelSpectrum of(TangentKernel kernel) {
        return of(eigenvalues(kernel));
    }

    /** @param eigenvalues descending */
    static KernelSpectrum of(double[] eigenvalues) {
        double trace = 0;
        double squares = 0;
        for (double value : eigenvalues) {
            trace += value;
            squares += value * value;
        }
        double sum = 0;
        int directions = 0;
        while (directions < eigenvalues.length && sum < MOST * trace) {
            sum += eigenvalues[directions++];
        }
        return new KernelSpectrum(
                trace,
                Math.sqrt(squares),
                Arrays.copyOf(eigenvalues, Math.min(LARGEST, eigenvalues.length)),
                squares == 0 ? null : trace * trace / squares,
                directions);
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeDouble(trace);
        out.writeDouble(norm);
        StudyState.write(out, largest);
        out.writeDouble(effectiveRank == null ? Double.NaN : effectiveRank);
        out.writeInt(directionsOf90Percent);
    }

    static KernelSpectrum readFrom(DataInputStream in) throws IOException {
        double trace = in.readDouble();
        double norm = in.readDouble();
        double[] largest = StudyState.values(in);
        double rank = in.readDouble();
        return new KernelSpectrum(trace, norm, largest, Double.isNaN(rank) ? null : rank, in.readInt());
    }

    /** All eigenvalues, descending. */
    static double[] eigenvalues(TangentKernel kernel) {
        int side = kernel.side();
        EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(side, false, true);
        if (!decomposition.decompose(
                new DMatrixRMaj(side, side, true, kernel.values().clone()))) {
            throw new ArithmeticException("the eigenvalues of a kernel of %d rows did not converge".formatted(side));
        }
        double[] ascending = new double[side];
        for (int i = 0; i < side; i++) {
            ascending[i] = decomposition.getEigenvalue(i).getReal();
        }
        Arrays.sort(ascending);
        double[] descending = new double[side];
        for (int i = 0; i < side; i++) {
            descending[i] = ascending[side - 1 - i];
        }
        return descending;
    }
}
