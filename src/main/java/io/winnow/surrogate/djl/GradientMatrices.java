package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The gradient G_i = B_iᵀA_i [O, K] of a weight matrix that maps each of P positions of a sample, A_i [P, K], to the output
 * whose gradient is B_i [P, O]. Its squared norm has two forms: <em>direct</em>, ‖B_iᵀA_i‖², and <em>Gram</em>, ⟨A_iA_iᵀ,
 * B_iB_iᵀ⟩, which is the cheaper where positions are few. With groups, a sample has several such products: batches are [n ·
 * groups, …], and the sums are taken over the groups.
 */
final class GradientMatrices {

    /** How a squared norm is computed. */
    enum Form {
        DIRECT,
        GRAM
    }

    /** Multiply-adds in the time in which one number is written and read back, measured on two cores in cache. */
    static final long COST_OF_A_NUMBER = 15;

    private GradientMatrices() {}

    /** The cheaper form for one product of P positions, K inputs and O outputs. */
    static Form cheaper(long positions, long inputs, long outputs) {
        long direct = directCost(positions, inputs, outputs);
        long gram = positions * positions * (inputs + outputs) + 3 * COST_OF_A_NUMBER * positions * positions;
        return gram < direct ? Form.GRAM : Form.DIRECT;
    }

    /** Of one product in the direct form, in multiply-adds. */
    static long directCost(long positions, long inputs, long outputs) {
        return positions * inputs * outputs + COST_OF_A_NUMBER * inputs * outputs;
    }

    /** Numbers that a form writes for one product. */
    static long numbers(Form form, long positions, long inputs, long outputs) {
        return form == Form.DIRECT ? inputs * outputs : 2 * positions * positions;
    }

    /**
     * Adds norms, and dots with a direction, in the direct form.
     *
     * @param a [n · groups, P, K]
     * @param b [n · groups, P, O]
     * @param direction [groups · O · K] or null
     */
    static void addDirect(NDArray a, NDArray b, @Nullable NDArray direction, GradientSums sums) {
        NDArray gradients = b.transpose(0, 2, 1).batchMatMul(a);
        long samples = sums.squaredNorms().size();
        // Row by row first: one long sum of squares in single precision loses digits.
        NDArray rows = gradients.norm(2, new int[] {2}, false).reshape(samples, -1);
        sums.squaredNorms().addi(rows.square().sum(new int[] {1}));
        if (sums.dots() != null && direction != null) {
            sums.dots().addi(gradients.reshape(samples, -1).matMul(direction));
        }
    }

    /**
     * Adds norms, and dots with a direction, in the Gram form.
     *
     * @param direction [groups, K, O] or null
     */
    static void addGram(NDArray a, NDArray b, @Nullable NDArray direction, GradientSums sums) {
        long samples = sums.squaredNorms().size();
        NDArray inputs = a.batchMatMul(a.transpose(0, 2, 1));
        NDArray outputs = b.batchMatMul(b.transpose(0, 2, 1));
        inputs.muli(outputs);
        sums.squaredNorms().addi(inputs.reshape(samples, -1).sum(new int[] {1}));
        if (sums.dots() != null && direction != null) {
            sums.addDots(applied(a, direction, samples).reshape(b.getShape()), b);
        }
    }

    /** A_i V for each sample: the output that the weights V would make. */
    private static NDArray applied(NDArray a, NDArray direction, long samples) {
        long groups = direction.getShape().get(0);
        long positions = a.getShape().get(1);
        if (groups == 1) {
            return a.reshape(samples * positions, -1).matMul(direction.squeeze(0));
        }
        return a.reshape(samples, groups, positions, -1).matMul(direction);
    }
}
