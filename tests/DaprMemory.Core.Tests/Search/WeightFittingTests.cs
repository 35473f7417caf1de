using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>What is fitted finds more, and says how likely it is right.</summary>
public sealed class WeightFittingTests
{
    static readonly int Signals = Enum.GetValues<SearchSignal>().Length;

    [Fact]
    public void Weights_that_made_the_answers_are_found_again()
    {
        var truth = new SearchWeights { Words = 6, Author = 3, Questions = -2, Length = 0 };
        var questions = Questions(new Random(1), truth, 600);

        var fitted = WeightFitting.Fit(questions, new SearchWeights { Words = 1, Author = 0, Questions = 0, Length = 2 });

        // A softmax tells weights from each other, and the scores give them their scale.
        (fitted.Author / fitted.Words).ShouldBe(0.5f, 0.12f);
        (fitted.Questions / fitted.Words).ShouldBe(-1f / 3, 0.12f);
        (fitted.Length / fitted.Words).ShouldBe(0, 0.1f);
    }

    [Fact]
    public void Scores_are_the_share_of_hits_that_answer()
    {
        var truth = new SearchWeights { Words = 6, Author = 3, Questions = -2, Length = 0 };
        var fitted = WeightFitting.Fit(Questions(new Random(1), truth, 600), new SearchWeights());

        var judged = Questions(new Random(2), truth, 600).SelectMany(q => q.Candidates)
            .Select(c => (Score: 1 / (1 + Math.Exp(-fitted.Bias - Sum(c.Signals, fitted.ToArray()))), c.IsAnswer)).ToArray();

        judged.Average(j => j.Score).ShouldBe(judged.Average(j => j.IsAnswer ? 1.0 : 0), 0.01);
        var sure = judged.Where(j => j.Score > 0.15).ToArray();
        sure.Average(j => j.Score).ShouldBe(sure.Average(j => j.IsAnswer ? 1.0 : 0), 0.05);
    }

    [Fact]
    public void Weights_that_the_questions_say_nothing_about_keep_their_proportion()
    {
        var start = new SearchWeights();
        var fitted = WeightFitting.Fit(Questions(new Random(1), new SearchWeights { Words = 6 }, 50), start);

        (fitted.Links / fitted.Importance).ShouldBe(start.Links / start.Importance, 1e-4f);
    }

    [Fact]
    public void Without_answers_the_weights_stay()
    {
        var start = new SearchWeights();
        WeightFitting.Fit([], start).ShouldBe(start);
        WeightFitting.Fit([new JudgedQuestion([new JudgedQuestion.Candidate(new float[Signals], false)])], start).ShouldBe(start);
    }

    [Fact]
    public void Questions_that_everything_answers_break_nothing()
    {
        var fitted = WeightFitting.Fit([new JudgedQuestion([new JudgedQuestion.Candidate(new float[Signals], true)])], new SearchWeights());

        fitted.ToArray().Append(fitted.Bias).ShouldAllBe(w => float.IsFinite(w));
    }

    [Fact]
    public void Weights_go_into_an_array_and_back()
    {
        var numbers = Enumerable.Range(1, Signals).Select(i => (float)i).ToArray();

        SearchWeights.FromArray(numbers, -3).ToArray().ShouldBe(numbers);
    }

    // One answer a question, drawn by e to the sum.
    static List<JudgedQuestion> Questions(Random random, SearchWeights truth, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var candidates = Enumerable.Range(0, 30).Select(_ =>
        {
            var signals = new float[Signals];
            signals[(int)SearchSignal.Words] = random.NextSingle();
            signals[(int)SearchSignal.Author] = random.Next(2);
            signals[(int)SearchSignal.Questions] = random.NextSingle();
            signals[(int)SearchSignal.Length] = random.NextSingle();
            signals[(int)SearchSignal.Importance] = 0.5f;
            return signals;
        }).ToArray();
        var odds = candidates.Select(s => Math.Exp(Sum(s, truth.ToArray()))).ToArray();
        var draw = random.NextDouble() * odds.Sum();
        var answer = 0;
        while (answer < odds.Length - 1 && (draw -= odds[answer]) > 0)
            answer++;
        return new JudgedQuestion([.. candidates.Select((s, i) => new JudgedQuestion.Candidate(s, i == answer))]);
    })];

    static double Sum(IReadOnlyList<float> signals, float[] weights) => signals.Zip(weights, (s, w) => (double)s * w).Sum();
}
