using System.Numerics.Tensors;
using DaprMemory.Core.Embeddings;
using Microsoft.Extensions.AI;

namespace DaprMemory.Core.Tests.Embeddings;

/// <summary>The embedded model against values that the published implementation (npm, TensorFlow.js) gave.</summary>
public sealed class UniversalSentenceEncoderTests
{
    static readonly Lazy<UniversalSentenceEncoder> Model = new(() => UniversalSentenceEncoder.Load(ModelFactAttribute.Folder!));

    static readonly int[] Places = [0, 1, 2, 3, 255, 511];

    static readonly (string Text, float[] Vector)[] References =
    [
        ("How do I reset my password?", [-0.04845907f, -0.05457256f, 0.04022628f, -0.05393817f, 0.05226171f, -0.05187929f]),
        ("Café 🙂 ﬁnancial: ½ of 日本…", [0.01114815f, 0.04949663f, -0.03869403f, 0.02060834f, 0.05497680f, -0.00024091f]),
        ("I went to the store yesterday, and bought 3 apples for $4.50!", [0.04441746f, -0.04040317f, 0.01715077f, -0.06256299f, 0.04152210f, -0.04042716f]),
        (string.Concat(Enumerable.Repeat("word ", 200)), [-0.05235413f, -0.04061798f, -0.04102010f, 0.05131062f, -0.05645758f, -0.02535885f]),
        ("", [0.00235466f, -0.03487526f, 0.01310202f, -0.02117606f, -0.04474030f, 0.03307254f]),
    ];

    [ModelFact]
    public void Vectors_are_those_of_the_published_model()
    {
        foreach (var (text, expected) in References)
            ShouldBeClose(Places.Select(place => Model.Value.Encode(text)[place]), expected, text);
    }

    [ModelFact]
    public void Pieces_are_those_of_the_published_tokenizer()
    {
        var tokenizer = UnigramTokenizer.Read(File.ReadAllBytes(Path.Combine(ModelFactAttribute.Folder!, "vocab.json")));

        tokenizer.Encode("How do I reset my password?", 128).ShouldBe([728, 64, 16, 137, 1383, 69, 5969, 54]);
        // The emoji is unknown, 日本 together too; the fraction falls apart; the ellipsis becomes dots.
        tokenizer.Encode("Café 🙂 ﬁnancial: ½ of 日本…", 128).ShouldBe([823, 209, 1133, 30, 0, 1328, 57, 207, 7935, 288, 14, 30, 0, 91]);
        tokenizer.Encode("", 128).ShouldBeEmpty();
        tokenizer.Encode(string.Concat(Enumerable.Repeat("word ", 200)), 500).Length.ShouldBe(201);
        tokenizer.Encode(string.Concat(Enumerable.Repeat("word ", 100_000)), 128).ShouldBe(Enumerable.Repeat(1095, 128));
    }

    [ModelFact]
    public async Task Texts_together_and_at_once_get_the_vectors_that_each_gets_alone()
    {
        var random = new Random(1);
        var texts = Enumerable.Range(0, 40).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(0, 60)).Select(_ => References[random.Next(3)].Text[..random.Next(20)]))).ToArray();
        var alone = texts.Select(Model.Value.Encode).ToArray();

        var together = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Model.Value.GenerateAsync(texts)));

        foreach (var batch in together)
        {
            for (var i = 0; i < texts.Length; i++)
                ShouldBeClose(batch[i].Vector.ToArray(), alone[i], texts[i]);
        }
    }

    [ModelFact]
    public async Task Vectors_have_unit_length_and_like_meanings_are_near()
    {
        var vectors = (await Model.Value.GenerateAsync(["How can I change my password?", "How do I reset my password?", "The recipe needs two eggs."])).Select(e => e.Vector).ToArray();

        foreach (var vector in vectors)
            TensorPrimitives.Norm(vector.Span).ShouldBe(1, 1e-5);
        TensorPrimitives.Dot(vectors[0].Span, vectors[1].Span).ShouldBeGreaterThan(TensorPrimitives.Dot(vectors[0].Span, vectors[2].Span) + 0.3f);
    }

    [ModelFact]
    public async Task Generator_says_what_it_is_and_refuses_to_be_another()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = Model.Value;

        generator.GetService<EmbeddingGeneratorMetadata>().ShouldNotBeNull().DefaultModelDimensions.ShouldBe(UniversalSentenceEncoder.Dimensions);
        (await generator.GenerateAsync([])).ShouldBeEmpty();
        await Should.ThrowAsync<NotSupportedException>(() => generator.GenerateAsync(["x"], new EmbeddingGenerationOptions { Dimensions = 256 }));
    }

    [ModelFact]
    public void Files_that_are_no_model_are_refused_with_what_is_wrong()
    {
        var folder = Directory.CreateTempSubdirectory("daprmemory-model-").FullName;
        try
        {
            Should.Throw<IOException>(() => UniversalSentenceEncoder.Load(folder));
            foreach (var file in Directory.GetFiles(ModelFactAttribute.Folder!))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            using (var shard = File.OpenWrite(Path.Combine(folder, "group1-shard7of7")))
                shard.SetLength(shard.Length - 4);
            Should.Throw<FormatException>(() => UniversalSentenceEncoder.Load(folder)).Message.ShouldContain("4 bytes");
            File.WriteAllText(Path.Combine(folder, "model.json"), """{"weightsManifest":[]}""");
            Should.Throw<FormatException>(() => UniversalSentenceEncoder.Load(folder)).Message.ShouldContain("module/Embeddings_en");
            foreach (var text in new[] { "{}", "", "{\"weightsManifest\":3}" })
            {
                File.WriteAllText(Path.Combine(folder, "model.json"), text);
                Should.Throw<FormatException>(() => UniversalSentenceEncoder.Load(folder));
            }
            foreach (var text in new[] { "{}", "[]", "[1]", "[[]]", "" })
            {
                File.WriteAllText(Path.Combine(folder, "vocab.json"), text);
                Should.Throw<FormatException>(() => UniversalSentenceEncoder.Load(folder), text);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void ShouldBeClose(IEnumerable<float> actual, IReadOnlyList<float> expected, string text)
    {
        var i = 0;
        foreach (var number in actual)
            number.ShouldBe(expected[i++], 1e-5f, text);
        i.ShouldBe(expected.Count);
    }
}
