using System.Collections.Frozen;

namespace DaprMemory.Core.Search;

/// <summary>Guesses cheaply whether a text is English, by the small words in it: only English words are stemmed.</summary>
internal static class Language
{
    static readonly FrozenSet<string> English = Set(
        "the and of to in is was are were it you that he she they we i for on with as his her at this have has had from or by not what all do did " +
        "does when how which who will would there their been if my me your so no our about can be an a " +
        "could should may might must shall just than then them these those some any into over also very more most other such only too up out off while where why whom whose " +
        "am being were because until its him us me mine yours ours theirs himself herself themselves myself itself here again once few both each nor if during before after above below between through");

    static readonly FrozenSet<string> Others = Set(
        "der die das und ist nicht ich sie ein eine mit auf fur den dem zu im von wir war hat auch es " +
        "le la les et est un une dans pour pas que qui je nous vous des du sur avec au ce " +
        "el los las una por con para como su al se lo del y esta muy " +
        "il che di non per sono ho gli della " +
        "o os uma um com nao do da em para voce eu " +
        "de het een van ik niet dat met voor zijn op aan " +
        "och att det som jag inte pa ar en " +
        "og er til ikke jeg af " +
        "ja on ei se ettei w i z na jest nie sie");

    // A word that is small in English too proves nothing.
    static readonly FrozenSet<string> Foreign = Others.Except(English).ToFrozenSet(StringComparer.Ordinal);

    // One alone may be part of a name: "Los Angeles".
    const int Doubt = 1;

    /// <summary>Whether the text may be English: it is, unless the small words of other languages outnumber the English ones.</summary>
    public static bool MayBeEnglish(TokenizedText text)
    {
        var balance = 0;
        foreach (var token in text.Tokens)
            balance += English.Contains(token.Word) ? 1 : Foreign.Contains(token.Word) ? -1 : 0;
        return balance >= -Doubt;
    }

    /// <summary>Whether it is a small word of English, which says nothing by itself.</summary>
    public static bool IsFunctionWord(string word) => English.Contains(word);

    static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
