"""Words that say nothing about what a text is about, by lemma or form. Negations, which turn a word, apart."""

from functools import cache

_RUSSIAN_WRITTEN = """
    и в во на с со по из от до за для у о об обо к ко под над при про через без между перед после около вокруг кроме
    а но да или либо что чтобы если когда пока как так же то бы ли ведь вот уж уже еще ещё даже лишь только тоже также
    хотя потому поэтому зато однако итак значит конечно наверное возможно вообще просто прямо именно почти совсем вроде
    я ты он она оно мы вы они меня мне мной мой твой наш ваш свой его ее их себя сам самый этот тот такой какой который
    кто весь всё все всякий каждый любой другой иной некоторый один два три много мало несколько чей там тут здесь туда
    сюда где куда откуда почему зачем быть стать мочь хотеть мочься являться мало-мальски очень слишком более менее
    самый раз час опять снова теперь сейчас потом затем тогда всегда иногда можно нужно надо нельзя должный спасибо
    пожалуйста здравствуйте здравствовать привет добрый день вечер утро ну ой ах эх ок также либо нибудь то-то это
    купить заказать заказ покупка товар магазин получить сказать говорить сделать делать прийти дать взять
    хороший хорошо отличный отлично плохой плохо супер нормально нормальный прекрасный ужасный ужасно ужас класс
    первый второй третий четыре пять шесть семь восемь девять десять больше меньше новый весь целый второй минута час
    рекомендовать советовать понравиться нравиться довольный благодарить доволен год неделя месяц сегодня вчера завтра
"""
_BULGARIAN_WRITTEN = """
    и в във на с със по из от до за към под над при през без между пред след около освен а но да или либо че ако когато
    докато как така като то ли нали ето вече още дори само също макар защото затова обаче тоест значи разбира може би
    просто точно почти съвсем май аз ти той тя то ние вие те мен мене ме ми мой моя твой наш ваш свой го я ги му ѝ им
    нас вас ни ви си се себе сам този тази това тези такъв такава какъв каква който която което които кой какво всичко
    всички всеки всяка друг друга други някой някоя нещо един една едно едни два две три много малко няколко там тук
    къде защо съм е са сме сте си бях беше бяха бъда бил била било били ще щях щеше мога може можех искам трябва имам
    има имаше нямам доста твърде повече най най-много пак отново сега после тогава винаги понякога благодаря моля
    здравейте здрасти добър ден вечер ами ох ок ей купя купувам купих поръчам поръчах поръчка поръчката стока магазин
    получа получих получавам кажа казвам казаха казах направя правя дойда дойде дам взема даже просто
    добре добър хубав хубаво отличен отлично лош лошо супер нормално прекрасен ужасен ужасно ужас страхотен страхотно
    първи втори трети четири пет шест седем осем девет десет цял цяла цяло колко път нов нова ново минута час хора
    препоръчвам препоръчам харесам харесвам доволен доволна година седмица месец днес вчера утре
"""
_ENGLISH_WRITTEN = """
    a an the and or but so if when while as than then that this these those there here what which who whom whose where
    why how i me my mine we us our you your he him his she her it its they them their be is am are was were been being
    have has had having do does did doing done can could will would shall should may might must to of in on at by for
    with from up down out off over under about into through after before between again once all any both each few more
    most other some such own same too very just really quite also even only still yet already ever now always often
    get got go come came make made take took say said tell told know see one two three lot bit thing much many
    please thanks thank hello hi hey dear ok okay well yes s t m re ve ll d
    buy bought order ordered purchase product item shop store receive received
    good great bad nice excellent terrible awful super fine best worst love like recommend happy amazing perfect
    because since within whole everything nothing something next last new another first second third look try
    four five six seven eight nine ten hour minute people back till until
    year week month day today yesterday tomorrow time
"""
_NEGATIONS_WRITTEN = {
    "ru": "не ни никто никогда нет",
    "bg": "не ни никой няма нямаше нямат без",
    "en": "not no never nobody",
}
_WRITTEN = {"ru": _RUSSIAN_WRITTEN, "bg": _BULGARIAN_WRITTEN, "en": _ENGLISH_WRITTEN}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words to leave out, ё written as е."""
    return frozenset(_WRITTEN[language].replace("ё", "е").split())


@cache
def negations(language: str) -> frozenset[str]:
    """Words that turn the meaning of the next one."""
    return frozenset(_NEGATIONS_WRITTEN[language].split())
