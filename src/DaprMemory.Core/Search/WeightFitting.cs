namespace DaprMemory.Core.Search;

/// <summary>
/// Fits weights to judged questions: those under which the answers of each question are likeliest to be drawn from its candidates (a listwise
/// softmax loss), then the scale and bias under which a score is the share of hits like it that answer. Weights that the questions say
/// nothing about stay as they were.
/// </summary>
public static class WeightFitting
{
    const int Steps = 300;
    const double Momentum = 0.9;
    const double SquareMomentum = 0.99;
    const double Rate = 0.2;

    /// <summary>Fits weights.</summary>
    /// <param name="questions">The questions; those without an answer among their candidates are left out.</param>
    /// <param name="start">The weights to begin with, which few questions move little.</param>
    /// <param name="caution">How many questions the start counts for.</param>
    public static SearchWeights Fit(IEnumerable<JudgedQuestion> questions, SearchWeights start, double caution = 1)
    {
        var answered = questions.Where(q => q.Candidates.Any(c => c.IsAnswer)).ToArray();
        if (answered.Length == 0)
            return start;
        var weights = FitOrder(answered, start.ToArray(), caution);
        var (scale, bias) = FitScores(answered, weights);
        return SearchWeights.FromArray([.. weights.Select(w => (float)(w * scale))], (float)bias) with { Unknown = start.Unknown };
    }

    static double[] FitOrder(JudgedQuestion[] questions, float[] start, double caution)
    {
        var weights = Array.ConvertAll(start, w => (double)w);
        var (means, squares, slope) = (new double[weights.Length], new double[weights.Length], new double[weights.Length]);
        for (var step = 1; step <= Steps; step++)
        {
            Array.Clear(slope);
            foreach (var question in questions)
                AddSlope(question, weights, slope);
            // Adam, with steps that become smaller so that it comes to rest.
            var rate = Rate / (1 + step / 40.0);
            for (var i = 0; i < weights.Length; i++)
            {
                var down = (slope[i] + caution * (weights[i] - start[i]) / Math.Max(1, start[i] * start[i])) / questions.Length;
                means[i] = Momentum * means[i] + (1 - Momentum) * down;
                squares[i] = SquareMomentum * squares[i] + (1 - SquareMomentum) * down * down;
                weights[i] -= rate * (means[i] / (1 - Math.Pow(Momentum, step))) / (Math.Sqrt(squares[i] / (1 - Math.Pow(SquareMomentum, step))) + 1e-6);
            }
        }
        return weights;
    }

    // The loss is the mean surprise at each answer, when candidates are drawn by e to their sum.
    static void AddSlope(JudgedQuestion question, double[] weights, double[] slope)
    {
        var candidates = question.Candidates;
        var sums = new double[candidates.Count];
        for (var c = 0; c < sums.Length; c++)
            sums[c] = Sum(candidates[c].Signals, weights);
        var largest = sums.Max();
        var total = sums.Sum(s => Math.Exp(s - largest));
        var answers = candidates.Count(c => c.IsAnswer);
        for (var c = 0; c < sums.Length; c++)
        {
            var excess = Math.Exp(sums[c] - largest) / total - (candidates[c].IsAnswer ? 1.0 / answers : 0);
            var signals = candidates[c].Signals;
            for (var i = 0; i < signals.Length; i++)
                slope[i] += excess * signals[i];
        }
    }

    // Logistic regression on the sums, by Newton's method.
    static (double Scale, double Bias) FitScores(JudgedQuestion[] questions, double[] weights)
    {
        var sums = questions.SelectMany(q => q.Candidates).Select(c => (Sum: Sum(c.Signals, weights), c.IsAnswer)).ToArray();
        if (Array.TrueForAll(sums, s => s.IsAnswer))
            return (1, 0);
        var (scale, bias) = (1.0, -sums.Average(s => s.Sum));
        for (var step = 0; step < 50; step++)
        {
            double slopeScale = 1e-3 * (scale - 1), slopeBias = 0, curveScale = 1e-3, curveBias = 1e-9, curveBoth = 0;
            foreach (var (sum, isAnswer) in sums)
            {
                var share = 1 / (1 + Math.Exp(-(scale * sum + bias)));
                var excess = share - (isAnswer ? 1 : 0);
                var curve = share * (1 - share);
                slopeScale += excess * sum;
                slopeBias += excess;
                curveScale += curve * sum * sum;
                curveBias += curve;
                curveBoth += curve * sum;
            }
            var determinant = curveScale * curveBias - curveBoth * curveBoth;
            scale = Math.Max(0.05, scale - Math.Clamp((curveBias * slopeScale - curveBoth * slopeBias) / determinant, -0.5, 0.5));
            bias -= Math.Clamp((curveScale * slopeBias - curveBoth * slopeScale) / determinant, -2, 2);
        }
        return (scale, bias);
    }

    static double Sum(float[] signals, double[] weights)
    {
        var sum = 0.0;
        for (var i = 0; i < signals.Length; i++)
            sum += signals[i] * weights[i];
        return sum;
    }
}
